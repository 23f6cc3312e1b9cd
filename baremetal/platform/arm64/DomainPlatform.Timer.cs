using System;
using System.Threading;
using Xen.Domain;
using Xen.Sys;

namespace Xen.BareMetal;

/// <content>Time on arm64.</content>
/// <remarks>
/// The counter of the domain started at another moment than Xen's clock, and Xen shares no time. But it writes down, on
/// its clock, when the vCPU was last given a CPU.
/// </remarks>
// SAFETY: the record is in the image's data, which does not move.
internal unsafe partial struct DomainPlatform
{
    private const int Measurements = 8;

    private static CounterClock s_clock;
    private static vcpu_runstate_info s_record;

    public readonly ulong SystemTime => s_clock.At(Instructions.ReadCounter());

    internal readonly void SetClock()
    {
        s_clock = new CounterClock(Instructions.ReadCounterFrequency());
        // SAFETY: a static of a structure is in the image, which does not move.
        fixed (vcpu_runstate_info* record = &s_record)
        {
            if (!VcpuOp.RegisterRunStateArea(Transport, default, (ulong)record).IsSuccess)
                Fatal.Stop("no record of the vCPU's state"u8);

            for (var i = 0; i < Measurements; i++)
            {
                // A time that has passed: the vCPU gives its CPU away, and gets it back at once.
                SchedOp.Poll(Transport, default, 1);
                Interlocked.MemoryBarrier();
                s_clock.Set(Instructions.ReadCounter(), record->state_entry_time);
            }
        }
    }

    // The time-out of SCHEDOP_poll is the timer: Xen has no other one for a domain on arm64.
    private readonly bool SetTimer(ulong systemTime) => false;
}

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
        var frequency = Instructions.ReadCounterFrequency();
        if (frequency == 0)
            Fatal.Stop("the counter has no frequency"u8);
        s_clock = new CounterClock(frequency);
        // SAFETY: a static of a structure is in the image, which does not move.
        fixed (vcpu_runstate_info* record = &s_record)
        {
            if (!VcpuOp.RegisterRunStateArea(Transport, default, (ulong)record).IsSuccess)
                Fatal.Stop("no record of the vCPU's state"u8);

            for (var i = 0; i < Measurements; i++)
            {
                // A time that has passed: the vCPU gives its CPU away, and gets it back at once.
                SchedOp.Poll(Transport, default, 1);
                CorrectClock();
            }
        }
    }

    // Xen's clock goes by whole kHz of the counter, and so a little faster: it has to be looked at again.
    readonly partial void CorrectClock()
    {
        // The time first: if the vCPU loses its CPU before the counter is read, the clock is set too late, which does not
        // count, and not too early, which would stay.
        var entered = Volatile.Read(ref s_record.state_entry_time);
        s_clock.Set(Instructions.ReadCounter(), entered);
    }

    // The time-out of SCHEDOP_poll is the timer: Xen has no other one for a domain on arm64.
    private readonly bool SetTimer(ulong systemTime) => false;
}

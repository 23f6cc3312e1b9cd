using System;
using System.Threading;
using Xen.Sys;

namespace Xen.BareMetal;

/// <content>Time on x86.</content>
// SAFETY: the page that Xen shares stays mapped.
internal unsafe partial struct DomainPlatform
{
    public readonly ulong SystemTime
    {
        get
        {
            ref var info = ref Shared->vcpu_info[0].time;
            while (true)
            {
                // An odd version is one that Xen is writing.
                var version = Volatile.Read(ref info.version);
                var since = Instructions.ReadTimeStamp() - info.tsc_timestamp;
                var scaled = info.tsc_shift < 0 ? since >> -info.tsc_shift : since << info.tsc_shift;
                var high = Math.BigMul(scaled, (ulong)info.tsc_to_system_mul << 32, out _);
                var time = info.system_time + high;
                if ((version & 1) == 0 && Volatile.Read(ref info.version) == version)
                    return time;
            }
        }
    }

    internal void BindTimer()
    {
        VcpuOp.StopPeriodicTimer(Transport, default);
        EventChannelOp.BindVirq(Transport, XenAbi.VIRQ_TIMER, default, out var port);
        TimerPort = port;
    }

    private readonly bool SetTimer(ulong systemTime) => TimerPort.Value != 0
        && VcpuOp.SetSingleShotTimer(Transport, default, systemTime, onlyInFuture: false).IsSuccess;
}

using Xen.Domain;
using Xen.Sys;
using Xen.Sys.X86_64;
using XenAbi = Xen.Sys.XenAbi;

namespace Xen.BareMetal;

/// <content>Time on x86.</content>
// SAFETY: the page that Xen shares stays mapped.
internal unsafe partial struct DomainPlatform
{
    public readonly ulong SystemTime
    {
        get
        {
            TimestampCounter counter = default;
            return VcpuClock.Read((vcpu_time_info*)&((vcpu_info*)&Shared->vcpu_info)->time, ref counter);
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

    private struct TimestampCounter : ITimestampCounter
    {
        public readonly ulong Read() => Instructions.ReadTimeStamp();
    }
}

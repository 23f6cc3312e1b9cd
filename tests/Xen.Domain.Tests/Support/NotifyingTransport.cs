using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.Domain.Tests.Support;

/// <summary>A way to Xen that has nothing but notifications, for a console daemon.</summary>
internal readonly unsafe struct NotifyingTransport(RateLimitedDaemon daemon) : IHypercallTransport
{
    public HypercallResult Invoke(
        uint hypercall, ulong arg1 = 0, ulong arg2 = 0, ulong arg3 = 0, ulong arg4 = 0, ulong arg5 = 0)
    {
        if (hypercall != XenAbi.__HYPERVISOR_event_channel_op || arg1 != XenAbi.EVTCHNOP_send)
            return HypercallResult.Failure(XenAbi.XEN_ENOSYS);
        daemon.Notify();
        return default;
    }

    public HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count) =>
        HypercallResult.Failure(XenAbi.XEN_ENOSYS);

    public void* AcquireBuffer(nuint size) => NativeMemory.AllocZeroed(size);

    public void ReleaseBuffer(void* buffer) => NativeMemory.Free(buffer);
}

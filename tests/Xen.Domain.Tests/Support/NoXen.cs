using Xen.Sys;

namespace Xen.Domain.Tests.Support;

/// <summary>A transport for what is about rings only: every hypercall is refused.</summary>
internal readonly unsafe struct NoXen : IHypercallTransport
{
    public HypercallResult Invoke(
        uint hypercall, ulong arg1 = 0, ulong arg2 = 0, ulong arg3 = 0, ulong arg4 = 0, ulong arg5 = 0) =>
        HypercallResult.Failure(XenAbi.XEN_ENOSYS);

    public HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count) =>
        HypercallResult.Failure(XenAbi.XEN_ENOSYS);

    public void* AcquireBuffer(nuint size) => null;

    public void ReleaseBuffer(void* buffer)
    {
    }
}

using Xen.Sys;

namespace Xen.Domain.Tests.Monitor;

/// <summary>
/// The hypercalls of a domain that XenStore runs in: Xen lets it ask about any domain by domctl, and nothing else of the
/// toolstack's.
/// </summary>
/// <param name="own">An unprivileged domain's.</param>
/// <param name="control">The control domain's.</param>
// SAFETY: a domctl begins with the number of its operation, in a buffer of AcquireBuffer.
internal sealed unsafe class StoreDomainTransport(IHypercallTransport own, IHypercallTransport control)
    : IHypercallTransport
{
    public HypercallResult Invoke(
        uint hypercall, ulong arg1 = 0, ulong arg2 = 0, ulong arg3 = 0, ulong arg4 = 0, ulong arg5 = 0)
    {
        var isAllowed = hypercall == XenAbi.__HYPERVISOR_domctl
            && *(uint*)arg1 == Sys.V4_20.XenAbi.XEN_DOMCTL_getdomaininfo;
        return (isAllowed ? control : own).Invoke(hypercall, arg1, arg2, arg3, arg4, arg5);
    }

    public HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count) =>
        own.DeviceModelOp(domain, buffers, count);

    public void* AcquireBuffer(nuint size) => own.AcquireBuffer(size);

    public void ReleaseBuffer(void* buffer) => own.ReleaseBuffer(buffer);
}

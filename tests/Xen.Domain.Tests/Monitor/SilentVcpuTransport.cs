using Xen.Sys;

namespace Xen.Domain.Tests.Monitor;

/// <summary>The hypercalls of a domain on Arm, as far as vCPUs go: Xen has no questions about them there.</summary>
/// <param name="own">A domain's.</param>
internal sealed unsafe class SilentVcpuTransport(IHypercallTransport own) : IHypercallTransport
{
    public HypercallResult Invoke(
        uint hypercall, ulong arg1 = 0, ulong arg2 = 0, ulong arg3 = 0, ulong arg4 = 0, ulong arg5 = 0) =>
        hypercall == XenAbi.__HYPERVISOR_vcpu_op
            ? HypercallResult.Failure(XenAbi.XEN_ENOSYS)
            : own.Invoke(hypercall, arg1, arg2, arg3, arg4, arg5);

    public HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count) =>
        own.DeviceModelOp(domain, buffers, count);

    public void* AcquireBuffer(nuint size) => own.AcquireBuffer(size);

    public void ReleaseBuffer(void* buffer) => own.ReleaseBuffer(buffer);
}

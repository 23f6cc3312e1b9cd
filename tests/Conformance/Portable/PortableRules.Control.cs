using Xen.Sys;

namespace Conformance.Portable;

/// <content>domctl, sysctl and hvm_op.</content>
internal static partial class PortableRules
{
    private const int ControlCount = 10;
    private const uint NoVersion = 0xff;

    // Room for the longest structure; what stands in it is an operation that does not matter, and a version.
    private const int FrameLength = 144;

    private static Verdict CheckControl<T>(T transport, in PortableFacts facts, int index)
        where T : IHypercallTransport, allows ref struct
    {
        HypercallResult result;
        switch (index)
        {
            case 0:
                result = InvokeVersion(transport, XenAbi.__HYPERVISOR_sysctl);
                return Verdict.Of("sysctl-other-version-EACCES"u8, result, XenAbi.XEN_EACCES);
            case 1:
                result = InvokeVersion(transport, XenAbi.__HYPERVISOR_domctl);
                return Verdict.Of("domctl-other-version-EACCES"u8, result, XenAbi.XEN_EACCES);
            case 2:
                result = SysctlInterface.Probe(transport, out var sysctl);
                return Verdict.Of("sysctl-is-probed"u8, result, sysctl.IsSupported && IsAllowedOrNot(result));
            case 3:
                result = DomctlInterface.Probe(transport, out var domctl);
                return Verdict.Of("domctl-is-probed"u8, result, domctl.IsSupported && IsAllowedOrNot(result));
            case 4:
                result = transport.Invoke(XenAbi.__HYPERVISOR_sysctl, Nowhere);
                return Verdict.Of("sysctl-bad-pointer-EFAULT"u8, result, XenAbi.XEN_EFAULT);
            case 5:
                result = transport.Invoke(XenAbi.__HYPERVISOR_domctl, Nowhere);
                return Verdict.Of("domctl-bad-pointer-EFAULT"u8, result, XenAbi.XEN_EFAULT);
            case 6:
                result = HvmOp.GetParameter(transport, DomainId.Self, XenAbi.HVM_PARAM_STORE_EVTCHN, out _);
                return Verdict.Of("hvm-parameter"u8, result, facts.IsTranslated ? 0 : XenAbi.XEN_EINVAL);
            case 7:
                result = HvmOp.GetParameter(transport, DomainId.Self, (uint)UnknownOperation, out _);
                return Verdict.Of("hvm-unknown-parameter-EINVAL"u8, result, XenAbi.XEN_EINVAL);
            case 8:
                result = HvmOp.GetParameter(transport, NoSuchDomain, XenAbi.HVM_PARAM_STORE_EVTCHN, out _);
                return Verdict.Of("hvm-parameter-of-nobody-ESRCH"u8, result, XenAbi.XEN_ESRCH);
            default:
                result = transport.Invoke(XenAbi.__HYPERVISOR_hvm_op, UnknownOperation);
                return Verdict.Of("hvm-unknown-ENOSYS"u8, result, XenAbi.XEN_ENOSYS);
        }
    }

    private static bool IsAllowedOrNot(HypercallResult result) => result.Errno is 0 or XenAbi.XEN_EPERM;

    // SAFETY: the buffer has room for the structure of either hypercall, and is ours until it is released.
    private static unsafe HypercallResult InvokeVersion<T>(T transport, uint hypercall)
        where T : IHypercallTransport, allows ref struct
    {
        var frame = (uint*)transport.AcquireBuffer(FrameLength);
        if (frame is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);
        frame[0] = Xen.Sys.V4_20.XenAbi.XEN_DOMCTL_getdomaininfo;
        frame[1] = NoVersion;
        var result = transport.Invoke(hypercall, (ulong)frame);
        transport.ReleaseBuffer(frame);
        return result;
    }
}

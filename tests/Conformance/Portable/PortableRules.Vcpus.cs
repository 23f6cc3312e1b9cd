using Xen.Sys;

namespace Conformance.Portable;

/// <content>vCPUs. Arm has hardly any of these operations, and answers EINVAL to the others.</content>
internal static partial class PortableRules
{
    private const int VcpuCount = 6;
    private const uint VcpuBeyondAll = 4000;
    private const ulong TooShort = 1000;

    private static Verdict CheckVcpu<T>(T transport, in PortableFacts facts, int index)
        where T : IHypercallTransport, allows ref struct
    {
        HypercallResult result;
        switch (index)
        {
            case 0:
                result = VcpuOp.IsUp(transport, default, out var isUp);
                return Verdict.Of(
                    "vcpu-0-is-up"u8, result, facts.IsArm ? result.Errno == XenAbi.XEN_EINVAL : isUp);
            case 1:
                result = VcpuOp.IsUp(transport, new VcpuId(VcpuBeyondAll), out _);
                return Verdict.Of("vcpu-beyond-ENOENT"u8, result, XenAbi.XEN_ENOENT);
            case 2:
                result = VcpuOp.GetRunStateTimes(transport, default, out var times);
                return Verdict.Of(
                    "vcpu-0-has-run"u8, result, facts.IsArm ? result.Errno == XenAbi.XEN_EINVAL : times.Running > 0);
            case 3:
                result = transport.Invoke(XenAbi.__HYPERVISOR_vcpu_op, XenAbi.VCPUOP_get_runstate_info, 0, Nowhere);
                return Verdict.Of(
                    "vcpu-bad-pointer-EFAULT"u8, result, facts.IsArm ? XenAbi.XEN_EINVAL : XenAbi.XEN_EFAULT);
            case 4:
                result = VcpuOp.SetPeriodicTimer(transport, default, TooShort);
                return Verdict.Of("vcpu-period-too-short-EINVAL"u8, result, XenAbi.XEN_EINVAL);
            default:
                result = transport.Invoke(XenAbi.__HYPERVISOR_vcpu_op, UnknownOperation);
                return Verdict.Of(
                    "vcpu-unknown-ENOSYS"u8, result, facts.IsArm ? XenAbi.XEN_EINVAL : XenAbi.XEN_ENOSYS);
        }
    }
}

using Xen.Sys;

namespace Conformance.Portable;

/// <content>Event channels.</content>
internal static partial class PortableRules
{
    private const int PortCount = 13;

    private static Verdict CheckPort<T>(T transport, in PortableFacts facts, int index)
        where T : IHypercallTransport, allows ref struct
    {
        HypercallResult result;
        switch (index)
        {
            case 0:
                return CheckUnbound(transport);
            case 1:
                return facts.OwnsPorts ? CheckInterdomain(transport) : Verdict.NotApplicable("ports-interdomain"u8);
            case 2:
                result = EventChannelOp.AllocUnbound(transport, NoSuchDomain, DomainId.Self, out _);
                return Verdict.Of("ports-in-nobody-ESRCH"u8, result, XenAbi.XEN_ESRCH);
            case 3:
                // A privileged domain would get one, which is not its own to close.
                if (facts.IsPrivileged)
                    return Verdict.NotApplicable("ports-in-domain-0-EPERM"u8);
                result = EventChannelOp.AllocUnbound(transport, default, DomainId.Self, out _);
                return Verdict.Of("ports-in-domain-0-EPERM"u8, result, XenAbi.XEN_EPERM);
            case 4:
                result = EventChannelOp.BindInterdomain(transport, NoSuchDomain, new EventChannelPort(1), out _);
                return Verdict.Of("ports-bind-to-nobody-ESRCH"u8, result, XenAbi.XEN_ESRCH);
            case 5:
                result = EventChannelOp.BindInterdomain(transport, DomainId.Self, default, out _);
                return Verdict.Of("ports-bind-to-port-0-EINVAL"u8, result, XenAbi.XEN_EINVAL);
            case 6:
                result = EventChannelOp.BindVirq(transport, (uint)UnknownOperation, default, out _);
                return Verdict.Of("ports-unknown-virq-EINVAL"u8, result, XenAbi.XEN_EINVAL);
            case 7:
                result = EventChannelOp.BindIpi(transport, new VcpuId(VcpuBeyondAll), out _);
                return Verdict.Of("ports-ipi-of-no-vcpu-ENOENT"u8, result, XenAbi.XEN_ENOENT);
            case 8:
                return Verdict.Of(
                    "ports-close-0-EINVAL"u8, EventChannelOp.Close(transport, default), XenAbi.XEN_EINVAL);
            case 9:
                return Verdict.Of("ports-send-0-EINVAL"u8, EventChannelOp.Send(transport, default), XenAbi.XEN_EINVAL);
            case 10:
                result = EventChannelOp.GetStatus(
                    transport, DomainId.Self, new EventChannelPort(PortBeyondAll), out _);
                return Verdict.Of("ports-status-beyond-EINVAL"u8, result, XenAbi.XEN_EINVAL);
            case 11:
                result = transport.Invoke(XenAbi.__HYPERVISOR_event_channel_op, XenAbi.EVTCHNOP_status, Nowhere);
                return Verdict.Of("ports-bad-pointer-EFAULT"u8, result, XenAbi.XEN_EFAULT);
            default:
                result = transport.Invoke(XenAbi.__HYPERVISOR_event_channel_op, UnknownOperation);
                return Verdict.Of("ports-unknown-ENOSYS"u8, result, XenAbi.XEN_ENOSYS);
        }
    }

    private static Verdict CheckUnbound<T>(T transport)
        where T : IHypercallTransport, allows ref struct
    {
        var result = EventChannelOp.AllocUnbound(transport, DomainId.Self, DomainId.Self, out var port);
        if (!result.IsSuccess)
            return Verdict.Of("ports-unbound-waits"u8, result, isHeld: false);
        EventChannelOp.GetStatus(transport, DomainId.Self, port, out var open);
        var sent = EventChannelOp.Send(transport, port);
        result = EventChannelOp.Close(transport, port);
        EventChannelOp.GetStatus(transport, DomainId.Self, port, out var closed);
        var isHeld = open.State == EventChannelState.Unbound && open.Remote.IsOrdinary && sent.IsSuccess
            && result.IsSuccess && closed.State == EventChannelState.Closed;
        return Verdict.Of("ports-unbound-waits"u8, result, isHeld);
    }

    private static Verdict CheckInterdomain<T>(T transport)
        where T : IHypercallTransport, allows ref struct
    {
        EventChannelOp.AllocUnbound(transport, DomainId.Self, DomainId.Self, out var one);
        var result = EventChannelOp.BindInterdomain(transport, DomainId.Self, one, out var other);
        EventChannelOp.GetStatus(transport, DomainId.Self, one, out var status);
        var sent = EventChannelOp.Send(transport, other);
        var closed = EventChannelOp.Close(transport, other);
        EventChannelOp.GetStatus(transport, DomainId.Self, one, out var left);
        EventChannelOp.Close(transport, one);
        var isHeld = result.IsSuccess && sent.IsSuccess && closed.IsSuccess
            && status.State == EventChannelState.Interdomain && status.RemotePort.Value == other.Value
            && left.State == EventChannelState.Unbound;
        return Verdict.Of("ports-interdomain"u8, result, isHeld);
    }
}

namespace Xen.Sys;

/// <content>Looking at ports.</content>
public static partial class EventChannelOp
{
    /// <summary>Asks what a port is connected to.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain that has the port, or <see cref="DomainId.Self"/>.</param>
    /// <param name="port">The port.</param>
    /// <param name="status">What it is, when the result is a success.</param>
    /// <returns>
    /// Xen's result; EINVAL for a number beyond the ports that the domain has room for (one within, that is not in use,
    /// is <see cref="EventChannelState.Closed"/>); EACCES for a port that Xen itself serves, such as those of an IOREQ
    /// server; EPERM not privileged over the domain; ESRCH no such domain; ENOMEM.
    /// </returns>
    /// <remarks><c>EVTCHNOP_status</c>, public/event_channel.h; stable.</remarks>
    public static HypercallResult GetStatus<T>(
        T transport, DomainId domain, EventChannelPort port, out EventChannelStatus status)
        where T : IHypercallTransport, allows ref struct
    {
        var query = new evtchn_status { dom = domain.Value, port = port.Value };
        var result = Invoke(transport, XenAbi.EVTCHNOP_status, ref query);
        status = result.IsSuccess ? Parse(query) : default;
        return result;
    }

    private static EventChannelStatus Parse(in evtchn_status answer)
    {
        var state = (EventChannelState)answer.status;
        var vcpu = new VcpuId(answer.vcpu);
        return state switch
        {
            EventChannelState.Unbound => new EventChannelStatus(state, vcpu, new DomainId(answer.u.unbound.dom)),
            EventChannelState.Interdomain => new EventChannelStatus(
                state, vcpu, new DomainId(answer.u.interdomain.dom), new EventChannelPort(answer.u.interdomain.port)),
            EventChannelState.PhysicalInterrupt => new EventChannelStatus(state, vcpu, Interrupt: answer.u.pirq),
            EventChannelState.VirtualInterrupt => new EventChannelStatus(state, vcpu, Interrupt: answer.u.virq),
            _ => new EventChannelStatus(state, vcpu),
        };
    }
}

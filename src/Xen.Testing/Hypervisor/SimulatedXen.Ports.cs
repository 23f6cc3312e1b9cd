using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>event_channel_op. What is not here answers ENOSYS.</content>
// SAFETY: an argument points to the structure of the operation until the call returns: the caller of the real Xen has to
// see to the same.
public sealed unsafe partial class SimulatedXen
{
    internal static DomainId Control => default;

    /// <summary>The control domain's ports.</summary>
    internal SimulatedPorts Ports { get; } = new();

    /// <summary>Guards all domains' ports. Nothing else is taken under it.</summary>
    internal Lock PortGate { get; } = new();

    private HypercallResult EventChannel(Caller caller, ulong command, void* argument)
    {
        (DomainId Domain, EventChannelPort Port)? raised = null;
        HypercallResult result;
        lock (PortGate)
        {
            if (PortsOf(caller.Domain) is not { } own)
                return HypercallResult.Failure(XenAbi.XEN_ESRCH);
            result = command switch
            {
                XenAbi.EVTCHNOP_alloc_unbound => AllocUnbound(caller, (evtchn_alloc_unbound*)argument),
                XenAbi.EVTCHNOP_bind_interdomain =>
                    BindInterdomain(caller, own, (evtchn_bind_interdomain*)argument, ref raised),
                XenAbi.EVTCHNOP_bind_virq => BindVirq(caller, own, (evtchn_bind_virq*)argument),
                XenAbi.EVTCHNOP_close => ClosePort(caller, own, new EventChannelPort(((evtchn_close*)argument)->port)),
                XenAbi.EVTCHNOP_send => Send(own, new EventChannelPort(((evtchn_send*)argument)->port), ref raised),
                XenAbi.EVTCHNOP_status => Status(caller, (evtchn_status*)argument),
                XenAbi.EVTCHNOP_bind_vcpu => BindVcpu(own, (evtchn_bind_vcpu*)argument),
                XenAbi.EVTCHNOP_reset => Reset(caller, Named(caller, ((evtchn_reset*)argument)->dom)),
                _ => HypercallResult.Failure(XenAbi.XEN_ENOSYS),
            };
        }

        if (raised is var (domain, port))
            Raise(domain, port);
        return result;
    }

    private HypercallResult AllocUnbound(Caller caller, evtchn_alloc_unbound* alloc)
    {
        if (PortsOf(Named(caller, alloc->dom)) is not { } ports)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        alloc->port = ports.Allocate(Named(caller, alloc->remote_dom)).Value;
        return default;
    }

    private HypercallResult BindInterdomain(
        Caller caller, SimulatedPorts own, evtchn_bind_interdomain* bind, ref (DomainId, EventChannelPort)? raised)
    {
        var remote = Named(caller, bind->remote_dom);
        if (PortsOf(remote) is not { } ports)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        var remotePort = new EventChannelPort(bind->remote_port);
        var status = ports.Get(remotePort);
        if (status.State != EventChannelState.Unbound || status.Remote != caller.Domain)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        var port = own.Allocate(remote);
        own.Connect(port, remote, remotePort);
        ports.Connect(remotePort, caller.Domain, port);
        bind->local_port = port.Value;

        // The other end may have signalled before.
        raised = (caller.Domain, port);
        return default;
    }

    private HypercallResult ClosePort(Caller caller, SimulatedPorts own, EventChannelPort port) => TryClose(caller.Domain, own, port)
        ? default
        : HypercallResult.Failure(XenAbi.XEN_EINVAL);

    private HypercallResult Reset(Caller caller, DomainId domain)
    {
        if (PortsOf(domain) is not { } ports)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        if (domain != caller.Domain && Find(domain) is not { IsPaused: true })
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        foreach (var port in ports.NotOfXen())
            _ = TryClose(domain, ports, port);
        return default;
    }

    // The other end, if there is one, waits for a new connection.
    private bool TryClose(DomainId domain, SimulatedPorts ports, EventChannelPort port)
    {
        var status = ports.Get(port);
        if (status.State == EventChannelState.Interdomain)
            PortsOf(status.Remote)?.Disconnect(status.RemotePort, domain);
        if (status.State == EventChannelState.VirtualInterrupt)
            _virqs.Remove((domain, status.Interrupt));
        return ports.Close(port);
    }

    private static HypercallResult InUse(SimulatedPorts own, EventChannelPort port) => own.Get(port).State == EventChannelState.Closed
        ? HypercallResult.Failure(XenAbi.XEN_EINVAL)
        : default;

    private static HypercallResult BindVcpu(SimulatedPorts own, evtchn_bind_vcpu* bind) => bind->vcpu != 0
        ? HypercallResult.Failure(XenAbi.XEN_ENOENT)
        : InUse(own, new EventChannelPort(bind->port));

    private HypercallResult Status(Caller caller, evtchn_status* query)
    {
        if (PortsOf(Named(caller, query->dom)) is not { } ports)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        var port = new EventChannelPort(query->port);
        if (!SimulatedPorts.HasRoomFor(port))
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (ports.IsOfXen(port))
            return HypercallResult.Failure(XenAbi.XEN_EACCES);

        var status = ports.Get(port);
        query->status = (uint)status.State;
        query->vcpu = status.Vcpu.Value;
        if (status.State == EventChannelState.VirtualInterrupt)
        {
            query->u.virq = status.Interrupt;
            return default;
        }

        query->u.interdomain.dom = status.Remote.Value;
        query->u.interdomain.port = status.RemotePort.Value;
        return default;
    }

    private SimulatedPorts? PortsOf(DomainId domain) => domain == Control ? Ports : Find(domain)?.Ports;

    private static DomainId Named(Caller caller, ushort domain) =>
        domain == DomainId.Self.Value ? caller.Domain : new DomainId(domain);
}

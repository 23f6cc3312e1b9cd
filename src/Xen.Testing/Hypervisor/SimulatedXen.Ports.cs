using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>event_channel_op of the control domain. What is not here answers ENOSYS.</content>
// SAFETY: an argument points to the structure of the operation until the call returns: the caller of the real Xen has to
// see to the same.
public sealed unsafe partial class SimulatedXen
{
    private static DomainId Control => default;

    /// <summary>The control domain's ports.</summary>
    internal SimulatedPorts Ports { get; } = new();

    /// <summary>Guards all domains' ports. Nothing else is taken under it.</summary>
    internal Lock PortGate { get; } = new();

    private HypercallResult EventChannel(ulong command, void* argument)
    {
        lock (PortGate)
        {
            return command switch
            {
                XenAbi.EVTCHNOP_alloc_unbound => AllocUnbound((evtchn_alloc_unbound*)argument),
                XenAbi.EVTCHNOP_bind_interdomain => BindInterdomain((evtchn_bind_interdomain*)argument),
                XenAbi.EVTCHNOP_close => ClosePort(new EventChannelPort(((evtchn_close*)argument)->port)),
                XenAbi.EVTCHNOP_send => InUse(new EventChannelPort(((evtchn_send*)argument)->port)),
                XenAbi.EVTCHNOP_status => Status((evtchn_status*)argument),
                XenAbi.EVTCHNOP_bind_vcpu => BindVcpu((evtchn_bind_vcpu*)argument),
                XenAbi.EVTCHNOP_reset => Reset(Named(((evtchn_reset*)argument)->dom)),
                _ => HypercallResult.Failure(XenAbi.XEN_ENOSYS),
            };
        }
    }

    private HypercallResult AllocUnbound(evtchn_alloc_unbound* alloc)
    {
        if (PortsOf(new DomainId(alloc->dom)) is not { } ports)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        alloc->port = ports.Allocate(Named(alloc->remote_dom)).Value;
        return default;
    }

    private HypercallResult BindInterdomain(evtchn_bind_interdomain* bind)
    {
        var remote = new DomainId(bind->remote_dom);
        if (PortsOf(remote) is not { } ports)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        var remotePort = new EventChannelPort(bind->remote_port);
        var status = ports.Get(remotePort);
        if (status.State != EventChannelState.Unbound || status.Remote != Control)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        var port = Ports.Allocate(remote);
        Ports.Connect(port, remote, remotePort);
        ports.Connect(remotePort, Control, port);
        bind->local_port = port.Value;
        return default;
    }

    private HypercallResult ClosePort(EventChannelPort port) => TryClose(Control, Ports, port)
        ? default
        : HypercallResult.Failure(XenAbi.XEN_EINVAL);

    private HypercallResult Reset(DomainId domain)
    {
        if (PortsOf(domain) is not { } ports)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        if (domain != Control && Find(domain) is not { IsPaused: true })
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
        return ports.Close(port);
    }

    // No guest listens to these ports: those of IOREQ servers are signalled through EventChannels.
    private HypercallResult InUse(EventChannelPort port) => Ports.Get(port).State == EventChannelState.Closed
        ? HypercallResult.Failure(XenAbi.XEN_EINVAL)
        : default;

    private HypercallResult BindVcpu(evtchn_bind_vcpu* bind) => bind->vcpu != 0
        ? HypercallResult.Failure(XenAbi.XEN_ENOENT)
        : InUse(new EventChannelPort(bind->port));

    private HypercallResult Status(evtchn_status* query)
    {
        if (PortsOf(new DomainId(query->dom)) is not { } ports)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        var port = new EventChannelPort(query->port);
        if (!SimulatedPorts.HasRoomFor(port))
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (ports.IsOfXen(port))
            return HypercallResult.Failure(XenAbi.XEN_EACCES);

        var status = ports.Get(port);
        query->status = (uint)status.State;
        query->vcpu = status.Vcpu.Value;
        query->u.interdomain.dom = status.Remote.Value;
        query->u.interdomain.port = status.RemotePort.Value;
        return default;
    }

    private SimulatedPorts? PortsOf(DomainId domain) => Named(domain.Value) == Control ? Ports : Find(domain)?.Ports;

    private static DomainId Named(ushort domain) => domain == DomainId.Self.Value ? Control : new DomainId(domain);
}

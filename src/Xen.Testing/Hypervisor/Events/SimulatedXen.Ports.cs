using System.Linq;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>event_channel_op: ports between domains. What is not here answers ENOSYS.</content>
// SAFETY: there was memory for the structure of the operation at the argument when the call began, and there is until it
// returns: the caller of the real Xen has to see to the latter.
public sealed unsafe partial class SimulatedXen
{
    internal static DomainId Control => default;

    /// <summary>The control domain's ports.</summary>
    internal SimulatedPorts Ports { get; } = new();

    /// <summary>Guards all domains' ports. Nothing else is taken under it but the locks of whoever is signalled.</summary>
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
                XenAbi.EVTCHNOP_bind_interdomain => BindInterdomain(
                    caller, own, (evtchn_bind_interdomain*)argument, ref raised),
                XenAbi.EVTCHNOP_bind_virq => BindVirq(caller, own, (evtchn_bind_virq*)argument),
                XenAbi.EVTCHNOP_bind_ipi => BindIpi(caller, own, (evtchn_bind_ipi*)argument),
                XenAbi.EVTCHNOP_close => ClosePort(caller, own, new EventChannelPort(((evtchn_close*)argument)->port)),
                XenAbi.EVTCHNOP_send => Send(
                    caller, own, new EventChannelPort(((evtchn_send*)argument)->port), ref raised),
                XenAbi.EVTCHNOP_status => Status(caller, (evtchn_status*)argument),
                XenAbi.EVTCHNOP_bind_vcpu => BindVcpu(caller, own, (evtchn_bind_vcpu*)argument),
                XenAbi.EVTCHNOP_unmask => Unmask(
                    caller, own, new EventChannelPort(((evtchn_unmask*)argument)->port), ref raised),
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
        var domain = Named(caller, alloc->dom);
        if (PortsOf(domain) is not { } ports)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        if (!MayManage(caller, domain))
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        var status = new EventChannelStatus(EventChannelState.Unbound, default, Named(caller, alloc->remote_dom));
        var result = ports.Allocate(status, out var port);
        alloc->port = port.Value;
        return result;
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
        var connected = new EventChannelStatus(EventChannelState.Interdomain, default, remote, remotePort);
        var result = own.Allocate(connected, out var port);
        if (!result.IsSuccess)
            return result;
        ports.Connect(remotePort, caller.Domain, port);
        bind->local_port = port.Value;

        // Somebody may have signalled while nobody was connected.
        raised = (caller.Domain, port);
        return default;
    }

    private HypercallResult ClosePort(Caller caller, SimulatedPorts own, EventChannelPort port) =>
        own.Find(port) is { IsOfXen: false } && TryClose(caller.Domain, own, port) ? default : Invalid;

    private HypercallResult Reset(Caller caller, DomainId domain)
    {
        if (PortsOf(domain) is not { } ports)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        if (!MayManage(caller, domain))
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        if (domain != caller.Domain && Find(domain) is not { IsPaused: true })
            return Invalid;
        foreach (var port in ports.NotOfXen())
            TryClose(domain, ports, port);
        return default;
    }

    /// <summary>A domain dies: all its ports are closed, and those connected to them wait for a new connection.</summary>
    internal void ClosePorts(SimulatedDomain domain)
    {
        lock (PortGate)
        {
            domain.Ports.IsOver = true;
            foreach (var (port, _) in domain.Ports.All.ToArray())
                TryClose(domain.Id, domain.Ports, port);
        }
    }

    internal bool TryClosePort(SimulatedDomain domain, EventChannelPort port) => TryClose(domain.Id, domain.Ports, port);

    // The other end, if there is one, waits for a new connection.
    private bool TryClose(DomainId domain, SimulatedPorts ports, EventChannelPort port)
    {
        var status = ports.Get(port);
        if (status.State == EventChannelState.Interdomain)
            PortsOf(status.Remote)?.Disconnect(status.RemotePort, domain);
        return ports.Close(port);
    }

    private HypercallResult Send(
        Caller caller, SimulatedPorts own, EventChannelPort number, ref (DomainId, EventChannelPort)? raised)
    {
        if (own.Find(number) is not { IsOfXen: false } port)
            return Invalid;
        switch (port.Status.State)
        {
            case EventChannelState.Interdomain:
                if (!Faults.LosesSignal())
                    raised = (port.Status.Remote, port.Status.RemotePort);
                return default;
            case EventChannelState.InterProcessor:
                raised = (caller.Domain, number);
                return default;
            case EventChannelState.Unbound:
                return default;
            default:
                return Invalid;
        }
    }

    // Masks are the kernel's: it has them beside its ports, and asks for this so that Xen looks at the port again.
    private static HypercallResult Unmask(
        Caller caller, SimulatedPorts own, EventChannelPort number, ref (DomainId, EventChannelPort)? raised)
    {
        if (!SimulatedPorts.HasRoomFor(number))
            return Invalid;
        if (own.Find(number) is { IsPending: true })
            raised = (caller.Domain, number);
        return default;
    }

    private HypercallResult BindVcpu(Caller caller, SimulatedPorts own, evtchn_bind_vcpu* bind)
    {
        if (bind->vcpu >= VcpuCount(caller.Domain))
            return HypercallResult.Failure(XenAbi.XEN_ENOENT);
        if (own.Find(new EventChannelPort(bind->port)) is not { IsOfXen: false } port)
            return Invalid;
        var isMovable = port.Status.State is EventChannelState.Unbound or EventChannelState.Interdomain
            || (port.Status.State == EventChannelState.VirtualInterrupt && IsGlobal(port.Status.Interrupt));
        if (!isMovable)
            return Invalid;
        port.Status = port.Status with { Vcpu = new VcpuId(bind->vcpu) };
        return default;
    }

    private HypercallResult Status(Caller caller, evtchn_status* query)
    {
        var domain = Named(caller, query->dom);
        if (PortsOf(domain) is not { } ports)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        if (!MayManage(caller, domain))
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        var number = new EventChannelPort(query->port);
        if (!SimulatedPorts.HasRoomFor(number))
            return Invalid;

        var status = ports.Get(number);
        if (ports.Find(number) is { IsOfXen: true })
        {
            if (!Release.ShowsPortsOfXen)
                return HypercallResult.Failure(XenAbi.XEN_EACCES);
            status = new EventChannelStatus(EventChannelState.Unbound, default);
        }

        query->status = (uint)status.State;
        query->vcpu = status.Vcpu.Value;
        if (status.State is EventChannelState.VirtualInterrupt)
        {
            query->u.virq = status.Interrupt;
            return default;
        }

        query->u.interdomain.dom = status.Remote.Value;
        query->u.interdomain.port = status.RemotePort.Value;
        return default;
    }

    internal SimulatedPorts? PortsOf(DomainId domain) => domain == Control ? Ports : Find(domain)?.Ports;

    private static DomainId Named(Caller caller, ushort domain) =>
        domain == DomainId.Self.Value ? caller.Domain : new DomainId(domain);
}

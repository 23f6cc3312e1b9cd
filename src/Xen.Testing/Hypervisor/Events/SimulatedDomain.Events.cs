using System.Collections.Generic;
using System.Linq;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>The event channels of its guest.</content>
public sealed partial class SimulatedDomain
{
    /// <summary>The highest event channel port that its toolstack lets it have.</summary>
    public uint MaximumPort
    {
        get => Ports.Highest;
        set => Ports.Highest = value;
    }

    /// <summary>Its guest makes a port that a domain may connect to.</summary>
    /// <param name="remote">The domain.</param>
    /// <returns>The port.</returns>
    /// <exception cref="HypercallException">ENOSPC: it has no port left. EINVAL: it is dying.</exception>
    public EventChannelPort OfferPort(DomainId remote)
    {
        lock (_xen.PortGate)
        {
            Ports.Allocate(new EventChannelStatus(EventChannelState.Unbound, default, remote), out var port)
                .OrThrow("EVTCHNOP_alloc_unbound", Id);
            return port;
        }
    }

    /// <summary>Its guest connects to a port that another domain has offered.</summary>
    /// <param name="remote">The other domain.</param>
    /// <param name="remotePort">Its port.</param>
    /// <returns>The guest's port.</returns>
    /// <exception cref="HypercallException">ESRCH: no such domain. EINVAL: not such a port. ENOSPC: no port is left.</exception>
    public unsafe EventChannelPort ConnectPort(DomainId remote, EventChannelPort remotePort)
    {
        var bind = new evtchn_bind_interdomain { remote_dom = remote.Value, remote_port = remotePort.Value };

        // SAFETY: the structure is on this stack frame until the call returns.
        Call(XenAbi.__HYPERVISOR_event_channel_op, XenAbi.EVTCHNOP_bind_interdomain, &bind)
            .OrThrow("EVTCHNOP_bind_interdomain", remote);
        return new EventChannelPort(bind.local_port);
    }

    /// <summary>Its guest signals the other end of a port.</summary>
    /// <param name="port">The guest's port.</param>
    /// <returns>EINVAL for a port that cannot be signalled.</returns>
    public unsafe HypercallResult SendEvent(EventChannelPort port)
    {
        var send = new evtchn_send { port = port.Value };

        // SAFETY: the structure is on this stack frame until the call returns.
        return Call(XenAbi.__HYPERVISOR_event_channel_op, XenAbi.EVTCHNOP_send, &send);
    }

    /// <summary>Its guest takes up the signal of a port.</summary>
    /// <param name="port">The guest's port.</param>
    /// <returns>False if there was none since the last time.</returns>
    public bool TryTakeEvent(EventChannelPort port)
    {
        lock (_xen.PortGate)
            return Ports.TryTake(port);
    }

    /// <summary>The ports of its guest that were signalled, in order.</summary>
    public IReadOnlyList<EventChannelPort> PendingPorts()
    {
        lock (_xen.PortGate)
            return [.. Ports.All.Where(pair => pair.Value.IsPending).Select(pair => pair.Key)];
    }

    /// <summary>A hypercall of its guest's.</summary>
    // SAFETY: callers pass the argument that the operation wants.
    internal unsafe HypercallResult Call(uint hypercall, ulong command, void* argument, ulong count = 0) =>
        _xen.Call(new Caller(Id, IsPrivileged: false), hypercall, command, (ulong)argument, count, 0, 0);

    /// <summary>Xen signals a port of its own in this domain: whoever is connected hears of it.</summary>
    internal void Signal(EventChannelPort port) => _xen.Signal(Id, port);

    internal void ClosePort(EventChannelPort port)
    {
        lock (_xen.PortGate)
            _xen.TryClosePort(this, port);
    }

    /// <summary>A port of Xen's own in this domain, for a device model to bind.</summary>
    /// <returns>0 if the domain has no port left.</returns>
    internal EventChannelPort NewPort(DomainId creator, System.Action? served)
    {
        var status = new EventChannelStatus(EventChannelState.Unbound, default, creator);
        lock (_xen.PortGate)
        {
            Ports.Allocate(status, out var port, isOfXen: true, served);
            return port;
        }
    }
}

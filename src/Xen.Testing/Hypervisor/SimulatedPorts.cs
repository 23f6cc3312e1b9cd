using System.Collections.Generic;
using System.Linq;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>The event channel ports of one domain. Used under the gate of <see cref="SimulatedXen.Ports"/>.</summary>
internal sealed class SimulatedPorts
{
    private const uint Room = XenAbi.EVTCHN_FIFO_NR_CHANNELS;

    private readonly Dictionary<EventChannelPort, EventChannelStatus> _ports = [];
    private readonly HashSet<EventChannelPort> _ofXen = [];

    /// <summary>Makes a port that waits for a domain: the lowest number that is free. 0 is never used.</summary>
    /// <param name="remote">The domain.</param>
    /// <param name="isOfXen">Xen itself serves the port, and lets nobody look at it.</param>
    internal EventChannelPort Allocate(DomainId remote, bool isOfXen = false)
    {
        var port = Add(new EventChannelStatus(EventChannelState.Unbound, default, remote));
        if (isOfXen)
            _ofXen.Add(port);
        return port;
    }

    /// <summary>Makes a port for a virtual interrupt.</summary>
    internal EventChannelPort BindVirq(uint virq) =>
        Add(new EventChannelStatus(EventChannelState.VirtualInterrupt, default, Interrupt: virq));

    internal static bool HasRoomFor(EventChannelPort port) => port.Value < Room;

    internal bool IsOfXen(EventChannelPort port) => _ofXen.Contains(port);

    internal EventChannelPort[] NotOfXen() => [.. _ports.Keys.Where(port => !_ofXen.Contains(port))];

    internal EventChannelStatus Get(EventChannelPort port) => _ports.GetValueOrDefault(port);

    internal void Connect(EventChannelPort port, DomainId remote, EventChannelPort remotePort) =>
        _ports[port] = new EventChannelStatus(EventChannelState.Interdomain, default, remote, remotePort);

    internal void Disconnect(EventChannelPort port, DomainId remote)
    {
        if (_ports.ContainsKey(port))
            _ports[port] = new EventChannelStatus(EventChannelState.Unbound, default, remote);
    }

    internal bool Close(EventChannelPort port)
    {
        _ofXen.Remove(port);
        return _ports.Remove(port);
    }

    private EventChannelPort Add(EventChannelStatus status)
    {
        var number = 1u;
        while (_ports.ContainsKey(new EventChannelPort(number)))
            number++;
        var port = new EventChannelPort(number);
        _ports.Add(port, status);
        return port;
    }
}

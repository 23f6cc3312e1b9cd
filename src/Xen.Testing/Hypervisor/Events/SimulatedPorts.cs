using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>The event channel ports of one domain. Used under <see cref="SimulatedXen.PortGate"/>.</summary>
internal sealed class SimulatedPorts
{
    private const uint Room = XenAbi.EVTCHN_FIFO_NR_CHANNELS;

    private readonly SortedDictionary<EventChannelPort, SimulatedPort> _ports =
        new(Comparer<EventChannelPort>.Create(static (a, b) => a.Value.CompareTo(b.Value)));

    private uint _lowestFree = 1;

    /// <summary>The highest number that the toolstack lets the domain have.</summary>
    internal uint Highest { get; set; } = Room - 1;

    /// <summary>The domain is dying: it gets no port any more.</summary>
    internal bool IsOver { get; set; }

    internal IReadOnlyCollection<KeyValuePair<EventChannelPort, SimulatedPort>> All => _ports;

    /// <summary>Makes a port: the lowest number that is free. 0 is never used.</summary>
    /// <returns>EINVAL if the domain is dying, ENOSPC if there is none.</returns>
    internal HypercallResult Allocate(
        EventChannelStatus status, out EventChannelPort port, bool isOfXen = false, Action? served = null)
    {
        port = default;
        if (IsOver)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        while (_ports.ContainsKey(new EventChannelPort(_lowestFree)))
            _lowestFree++;
        if (_lowestFree > Highest)
            return HypercallResult.Failure(XenAbi.XEN_ENOSPC);
        port = new EventChannelPort(_lowestFree);
        _ports.Add(port, new SimulatedPort(status, served, isOfXen));
        return default;
    }

    internal static bool HasRoomFor(EventChannelPort port) => port.Value < Room;

    internal SimulatedPort? Find(EventChannelPort port) => _ports.GetValueOrDefault(port);

    internal EventChannelPort[] NotOfXen() => [.. _ports.Where(pair => !pair.Value.IsOfXen).Select(pair => pair.Key)];

    internal EventChannelStatus Get(EventChannelPort port) => Find(port)?.Status ?? default;

    internal void Connect(EventChannelPort port, DomainId remote, EventChannelPort remotePort) =>
        _ports[port].Status = new EventChannelStatus(
            EventChannelState.Interdomain, _ports[port].Status.Vcpu, remote, remotePort);

    internal void Disconnect(EventChannelPort port, DomainId remote)
    {
        if (Find(port) is { } found)
            found.Status = new EventChannelStatus(EventChannelState.Unbound, found.Status.Vcpu, remote);
    }

    internal bool Close(EventChannelPort port)
    {
        if (!_ports.Remove(port))
            return false;
        _lowestFree = Math.Min(_lowestFree, port.Value);
        return true;
    }

    /// <summary>Takes a signal up.</summary>
    /// <returns>False if there is none.</returns>
    internal bool TryTake(EventChannelPort number)
    {
        if (Find(number) is not { IsPending: true } port)
            return false;
        port.IsPending = false;
        return true;
    }
}

using System;
using System.Collections.Concurrent;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>Events: how they get from one end of a channel to the other.</content>
public sealed unsafe partial class SimulatedXen
{
    private readonly ConcurrentDictionary<DomainId, IEventSink> _sinks = new();

    /// <summary>From now on a domain has a kernel, which takes its events.</summary>
    /// <exception cref="ArgumentException">It has one already.</exception>
    internal void Listen(DomainId domain, IEventSink sink)
    {
        if (!_sinks.TryAdd(domain, sink))
            throw new ArgumentException($"domain {domain} has a kernel already", nameof(domain));
    }

    /// <summary>A domain, or Xen on its behalf, signals the other end of one of its ports.</summary>
    internal void Signal(DomainId domain, EventChannelPort port)
    {
        EventChannelStatus status;
        lock (PortGate)
            status = PortsOf(domain)?.Get(port) ?? default;
        if (status.State == EventChannelState.Interdomain && !Faults.LosesSignal())
            Raise(status.Remote, status.RemotePort);
    }

    // No port is guarded while it is told: an event that meets a port which was just closed is one too many at worst.
    private void Raise(DomainId domain, EventChannelPort number)
    {
        _sinks.TryGetValue(domain, out var sink);
        Action? served = null;
        lock (PortGate)
        {
            if (PortsOf(domain)?.Find(number) is not { } port)
                return;
            if (port.IsOfXen)
                (served, sink) = (port.Served, null);
            else if (sink is null)
                port.IsPending = true;
        }

        served?.Invoke();
        sink?.Raise(number);
    }
}

using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>The event channels of a device model on a <see cref="SimulatedXen"/>.</summary>
public sealed class SimulatedEventChannels : IEventChannels, IEventSink
{
    private readonly SimulatedXen _xen;
    private readonly object _gate = new();
    private readonly Dictionary<EventChannelPort, (DomainId Domain, EventChannelPort Port)> _remotes = [];
    private readonly HashSet<EventChannelPort> _pending = [];
    private readonly HashSet<EventChannelPort> _masked = [];
    private int _failure;

    internal SimulatedEventChannels(SimulatedXen xen)
    {
        _xen = xen;
        xen.Listen(default, this);
    }

    void IEventSink.Raise(EventChannelPort port)
    {
        lock (_gate)
        {
            _pending.Add(port);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Number of ports that are bound.</summary>
    public int BoundCount
    {
        get
        {
            lock (_gate)
                return _remotes.Count;
        }
    }

    /// <summary>The wait that is under way, or the next one, fails.</summary>
    /// <param name="errno">The positive error number to fail it with.</param>
    public void FailNextWait(int errno)
    {
        lock (_gate)
        {
            _failure = errno;
            Monitor.PulseAll(_gate);
        }
    }

    /// <inheritdoc/>
    public EventChannelPort BindInterdomain(DomainId remote, EventChannelPort remotePort)
    {
        var domain = _xen.Find(remote)
            ?? throw new HypercallException("evtchn BIND_INTERDOMAIN", XenAbi.XEN_ESRCH, remote);
        lock (_gate)
        {
            var port = Connect(domain, remotePort);
            _remotes.Add(port, (remote, remotePort));
            _pending.Add(port);
            Monitor.PulseAll(_gate);
            return port;
        }
    }

    /// <inheritdoc/>
    public EventChannelPort BindUnbound(DomainId remote) => throw new NotImplementedException();

    /// <inheritdoc/>
    public EventChannelPort BindVirq(uint virq) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Reset() => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <inheritdoc/>
    public void Unbind(EventChannelPort port)
    {
        lock (_gate)
        {
            if (!_remotes.Remove(port, out var remote))
                throw new HypercallException("evtchn UNBIND", XenAbi.XEN_ENOTCONN);
            Disconnect(port, remote.Domain, remote.Port);
            _pending.Remove(port);
            _masked.Remove(port);
        }
    }

    /// <inheritdoc/>
    public HypercallResult Notify(EventChannelPort port)
    {
        lock (_gate)
        {
            if (!_remotes.ContainsKey(port))
                return HypercallResult.Failure(XenAbi.XEN_ENOTCONN);
        }

        _xen.Signal(default, port);
        return default;
    }

    /// <inheritdoc/>
    public void Unmask(EventChannelPort port)
    {
        lock (_gate)
        {
            _masked.Remove(port);
            Monitor.PulseAll(_gate);
        }
    }

    /// <inheritdoc/>
    public int Wait(Span<EventChannelPort> pending, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static self => ((SimulatedEventChannels)self!).Wake(), this);
        lock (_gate)
        {
            var count = Take(pending);
            while (count == 0 && !cancellationToken.IsCancellationRequested)
            {
                if (!Monitor.Wait(_gate, timeout))
                    return Take(pending);
                count = Take(pending);
            }

            return count;
        }
    }

    private EventChannelPort Connect(SimulatedDomain domain, EventChannelPort remotePort)
    {
        lock (_xen.PortGate)
        {
            if (domain.Ports.Get(remotePort) != new EventChannelStatus(EventChannelState.Unbound, default))
                throw new HypercallException("evtchn BIND_INTERDOMAIN", XenAbi.XEN_EINVAL, domain.Id);
            _xen.Ports.TryAllocate(
                new EventChannelStatus(EventChannelState.Interdomain, default, domain.Id, remotePort), out var port);
            domain.Ports.Connect(remotePort, default, port);
            return port;
        }
    }

    private void Disconnect(EventChannelPort port, DomainId remote, EventChannelPort remotePort)
    {
        lock (_xen.PortGate)
        {
            _xen.Ports.Close(port);
            _xen.Find(remote)?.Ports.Disconnect(remotePort, default);
        }
    }

    private int Take(Span<EventChannelPort> pending)
    {
        if (_failure != 0)
            throw new HypercallException("read of /dev/xen/evtchn", _failure);

        var count = 0;
        foreach (var port in _pending)
        {
            if (count < pending.Length && !_masked.Contains(port) && _remotes.ContainsKey(port))
                pending[count++] = port;
        }

        foreach (var port in pending[..count])
        {
            _pending.Remove(port);
            _masked.Add(port);
        }

        return count;
    }

    private void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }
}

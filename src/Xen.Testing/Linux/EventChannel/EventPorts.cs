using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Linux.EventChannel;

/// <summary>A kernel's ports: which file has which, and which are masked from their event until they are unmasked.</summary>
// SAFETY: the hypervisor is pointed to locals of the calling method, of the type that the operation has.
internal sealed unsafe class EventPorts(SimulatedLinux linux) : IEventSink
{
    // Under Wakeups.
    private readonly Dictionary<uint, BoundPort> _bound = [];
    private readonly HashSet<uint> _pending = [];

    internal int BoundCount
    {
        get
        {
            lock (linux.Wakeups)
                return _bound.Count;
        }
    }

    /// <inheritdoc/>
    public void Raise(EventChannelPort port)
    {
        if (linux.Faults.LosesEvent())
            return;
        IPortListener[] listeners;
        lock (linux.Wakeups)
            listeners = Deliver(port.Value);
        Tell(listeners);
    }

    /// <summary>The kernel takes its clock for itself when it starts.</summary>
    internal void BindOwn()
    {
        var bind = new evtchn_bind_virq { virq = (uint)XenAbi.VIRQ_TIMER };
        _ = Call(XenAbi.EVTCHNOP_bind_virq, &bind);
    }

    /// <summary>Gives a port, which the hypervisor has just bound, to a file.</summary>
    internal void Register(uint port, EventChannelFile file)
    {
        IPortListener[] listeners = [];
        lock (linux.Wakeups)
        {
            _bound.Add(port, new BoundPort(file));
            if (_pending.Remove(port))
                listeners = Deliver(port);
        }

        Tell(listeners);
    }

    /// <summary>Closes a port.</summary>
    /// <returns>False if the file does not have it.</returns>
    internal bool Close(uint port, EventChannelFile file)
    {
        lock (linux.Wakeups)
        {
            if (!IsBoundBy(port, file))
                return false;
            _bound.Remove(port);
        }

        var close = new evtchn_close { port = port };
        _ = Call(XenAbi.EVTCHNOP_close, &close);
        lock (linux.Wakeups)
            _pending.Remove(port);
        return true;
    }

    /// <summary>Ends the masking that an event began. What came meanwhile is an event now.</summary>
    internal void Unmask(uint port, EventChannelFile file)
    {
        IPortListener[] listeners;
        lock (linux.Wakeups)
        {
            if (!IsBoundBy(port, file))
                return;
            _bound[port].IsMasked = false;
            if (!_pending.Remove(port))
                return;
            listeners = Deliver(port);
        }

        Tell(listeners);
    }

    internal bool IsBound(uint port, EventChannelFile file)
    {
        lock (linux.Wakeups)
            return IsBoundBy(port, file);
    }

    /// <summary>Whether some file of the process has the port.</summary>
    internal bool IsBound(uint port)
    {
        lock (linux.Wakeups)
            return _bound.ContainsKey(port);
    }

    internal uint[] PortsOf(EventChannelFile file)
    {
        var ports = new List<uint>();
        lock (linux.Wakeups)
        {
            foreach (var (port, bound) in _bound)
            {
                if (bound.File == file)
                    ports.Add(port);
            }
        }

        ports.Sort();
        return [.. ports];
    }

    /// <summary>Has something else of the kernel told of a port's events, too.</summary>
    /// <returns>False if nobody has bound the port.</returns>
    internal bool TryListen(uint port, IPortListener listener)
    {
        lock (linux.Wakeups)
        {
            if (!_bound.TryGetValue(port, out var bound))
                return false;
            bound.Listeners = [.. bound.Listeners, listener];
            return true;
        }
    }

    internal void Unlisten(uint port, IPortListener listener)
    {
        lock (linux.Wakeups)
        {
            if (_bound.TryGetValue(port, out var bound))
                bound.Listeners = Array.FindAll(bound.Listeners, other => other != listener);
        }
    }

    internal HypercallResult Notify(uint port)
    {
        var send = new evtchn_send { port = port };
        return Call(XenAbi.EVTCHNOP_send, &send);
    }

    internal HypercallResult Call(uint command, void* argument) => linux.Xen.Call(
        linux.Caller, XenAbi.__HYPERVISOR_event_channel_op, command, (ulong)argument, 0, 0, 0);

    // An event of a port that is masked, or not bound yet, is kept.
    private IPortListener[] Deliver(uint port)
    {
        if (!_bound.TryGetValue(port, out var bound) || bound.IsMasked)
        {
            _pending.Add(port);
            return [];
        }

        bound.IsMasked = true;
        bound.File.Queue(port);
        Monitor.PulseAll(linux.Wakeups);
        return bound.Listeners;
    }

    private static void Tell(IPortListener[] listeners)
    {
        foreach (var listener in listeners)
            listener.Signalled();
    }

    private bool IsBoundBy(uint port, EventChannelFile file) =>
        _bound.TryGetValue(port, out var bound) && bound.File == file;

    private sealed class BoundPort(EventChannelFile file)
    {
        internal EventChannelFile File => file;

        internal bool IsMasked { get; set; }

        internal IPortListener[] Listeners { get; set; } = [];
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
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

    // Held from before the hypervisor binds or closes a port until that is noted here, so that a number which is used again
    // at once is not mixed up with what it was before.
    private readonly Lock _binding = new();

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
        Deliver(port.Value);
    }

    /// <summary>The kernel takes its clock for itself when it starts.</summary>
    internal void BindOwn()
    {
        var bind = new evtchn_bind_virq { virq = (uint)XenAbi.VIRQ_TIMER };
        _ = Call(XenAbi.EVTCHNOP_bind_virq, &bind);
    }

    /// <summary>Binds a port for a file.</summary>
    /// <param name="command">The operation of the hypervisor's.</param>
    /// <param name="operation">Its structure.</param>
    /// <param name="port">Where in it the hypervisor says which port it is.</param>
    /// <param name="file">Whose port it is from now on.</param>
    /// <returns>The port.</returns>
    internal HypercallResult Bind(uint command, void* operation, uint* port, EventChannelFile file)
    {
        lock (_binding)
        {
            var result = Call(command, operation);
            if (!result.IsSuccess)
                return result;
            bool isPending;
            lock (linux.Wakeups)
            {
                _bound.Add(*port, new BoundPort(file));
                file.MakeRoom(_bound.Values.Count(bound => bound.File == file));
                isPending = _pending.Remove(*port);
            }

            if (isPending)
                Deliver(*port);
            return new HypercallResult(*port);
        }
    }

    /// <summary>Closes a port.</summary>
    /// <returns>False if the file does not have it.</returns>
    internal bool Close(uint port, EventChannelFile file)
    {
        lock (_binding)
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
    }

    /// <summary>Ends the masking that an event began. What came meanwhile is an event now.</summary>
    internal void Unmask(uint port, EventChannelFile file)
    {
        lock (linux.Wakeups)
        {
            if (!IsBoundBy(port, file))
                return;
            _bound[port].IsMasked = false;
            if (!_pending.Remove(port))
                return;
        }

        Deliver(port);
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

    internal HypercallResult Call(uint command, void* argument) => linux.Xen.Execute(
        linux.Caller, XenAbi.__HYPERVISOR_event_channel_op, command, (ulong)argument, 0, 0, 0);

    // Listeners come first: what they leave is the process's, and what they answer it never sees.
    private void Deliver(uint port)
    {
        BoundPort? bound;
        IPortListener[] listeners;
        lock (linux.Wakeups)
        {
            // An event of a port that is masked, or not bound yet, is kept.
            if (!_bound.TryGetValue(port, out bound) || bound.IsMasked)
            {
                _pending.Add(port);
                return;
            }

            bound.IsMasked = true;
            listeners = bound.Listeners;
        }

        foreach (var listener in listeners)
            listener.Signalled();
        lock (linux.Wakeups)
        {
            // It may have been closed meanwhile.
            if (_bound.GetValueOrDefault(port) != bound)
                return;
            bound.File.Queue(port);
            Monitor.PulseAll(linux.Wakeups);
        }
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

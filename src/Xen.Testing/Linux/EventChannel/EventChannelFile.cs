using System.Collections.Generic;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Linux.EventChannel;

/// <summary><c>/dev/xen/evtchn</c>.</summary>
// SAFETY: the process's addresses are only computed here; what is there is copied by the host's kernel, or refused.
internal sealed unsafe class EventChannelFile(SimulatedLinux linux, string path, bool isBlocking)
    : SimulatedFile(linux, path)
{
    // Under Wakeups: ports in the order of their events. A port that is unbound meanwhile stays.
    private readonly Queue<uint> _queue = [];
    private int _room = 64;
    private bool _overflowed;
    private ushort? _onlyDomain;

    internal override bool IsReadable => _queue.Count != 0 || _overflowed;

    internal override HypercallResult Ioctl(ulong request, void* argument) => request switch
    {
        XenAbi.IOCTL_EVTCHN_BIND_VIRQ => BindVirq(argument),
        XenAbi.IOCTL_EVTCHN_BIND_INTERDOMAIN => BindInterdomain(argument),
        XenAbi.IOCTL_EVTCHN_BIND_UNBOUND_PORT => BindUnbound(argument),
        XenAbi.IOCTL_EVTCHN_UNBIND => Unbind(argument),
        XenAbi.IOCTL_EVTCHN_NOTIFY => Notify(argument),
        XenAbi.IOCTL_EVTCHN_RESET => Reset(),
        XenAbi.IOCTL_EVTCHN_RESTRICT_DOMID => Restrict(argument),
        _ => Failure(XenAbi.XEN_ENOSYS),
    };

    internal override HypercallResult Read(void* buffer, nuint count)
    {
        var room = (int)nuint.Min(count, XenPage.Size) / sizeof(uint);
        if (room == 0)
            return default;
        var done = 0;
        lock (Linux.Wakeups)
        {
            while (_queue.Count == 0 || _overflowed)
            {
                if (_overflowed)
                    return Failure(KernelErrno.TooBig);
                if (!isBlocking)
                    return Failure(XenAbi.XEN_EAGAIN);
                Monitor.Wait(Linux.Wakeups);
                if (Linux.Faults.Strike(KernelCall.Read, Path, 0, out var failure))
                    return failure;
            }

            for (; done < room && _queue.TryDequeue(out var port); done++)
            {
                if (!UserMemory.TryWrite((uint*)buffer + done, port))
                    return Failure(XenAbi.XEN_EFAULT);
            }
        }

        return new HypercallResult(done * sizeof(uint));
    }

    internal override HypercallResult Write(void* buffer, nuint count)
    {
        var ports = (int)nuint.Min(count, XenPage.Size) / sizeof(uint);
        for (var i = 0; i < ports; i++)
        {
            if (!UserMemory.TryRead((uint*)buffer + i, out uint port))
                return Failure(XenAbi.XEN_EFAULT);
            Linux.Events.Unmask(port, this);
        }

        return new HypercallResult(ports * sizeof(uint));
    }

    internal override void Close()
    {
        foreach (var port in Linux.Events.PortsOf(this))
            Linux.Events.Close(port, this);
    }

    /// <summary>A port is bound. Called under the kernel's Wakeups.</summary>
    internal void MakeRoom(int ports)
    {
        while (_room < ports)
            _room *= 2;
    }

    /// <summary>A port had an event. Called under the kernel's Wakeups.</summary>
    internal void Queue(uint port)
    {
        if (_queue.Count < _room)
            _queue.Enqueue(port);
        else
            _overflowed = true;
    }

    private static HypercallResult Failure(int errno) => HypercallResult.Failure(errno);

    private HypercallResult BindVirq(void* argument)
    {
        if (_onlyDomain is not null)
            return Failure(XenAbi.XEN_EACCES);
        if (!UserMemory.TryRead(argument, out ioctl_evtchn_bind_virq bind))
            return Failure(XenAbi.XEN_EFAULT);
        var operation = new evtchn_bind_virq { virq = bind.virq };
        return Linux.Events.Bind(XenAbi.EVTCHNOP_bind_virq, &operation, &operation.port, this);
    }

    private HypercallResult BindInterdomain(void* argument)
    {
        if (!UserMemory.TryRead(argument, out ioctl_evtchn_bind_interdomain bind))
            return Failure(XenAbi.XEN_EFAULT);
        if (_onlyDomain is not null && bind.remote_domain != _onlyDomain)
            return Failure(XenAbi.XEN_EACCES);
        var operation = new evtchn_bind_interdomain
        {
            remote_dom = (ushort)bind.remote_domain,
            remote_port = bind.remote_port,
        };
        return Linux.Events.Bind(XenAbi.EVTCHNOP_bind_interdomain, &operation, &operation.local_port, this);
    }

    private HypercallResult BindUnbound(void* argument)
    {
        if (!UserMemory.TryRead(argument, out ioctl_evtchn_bind_unbound_port bind))
            return Failure(XenAbi.XEN_EFAULT);
        if (_onlyDomain is not null && bind.remote_domain != _onlyDomain)
            return Failure(XenAbi.XEN_EACCES);
        var operation = new evtchn_alloc_unbound
        {
            dom = DomainId.Self.Value,
            remote_dom = (ushort)bind.remote_domain,
        };
        return Linux.Events.Bind(XenAbi.EVTCHNOP_alloc_unbound, &operation, &operation.port, this);
    }

    private HypercallResult Unbind(void* argument)
    {
        if (!UserMemory.TryRead(argument, out ioctl_evtchn_unbind unbind))
            return Failure(XenAbi.XEN_EFAULT);
        if (unbind.port >= XenAbi.EVTCHN_FIFO_NR_CHANNELS)
            return Failure(XenAbi.XEN_EINVAL);
        return Linux.Events.Close(unbind.port, this) ? default : Failure(XenAbi.XEN_ENOTCONN);
    }

    private HypercallResult Notify(void* argument)
    {
        if (!UserMemory.TryRead(argument, out ioctl_evtchn_notify notify))
            return Failure(XenAbi.XEN_EFAULT);
        if (!Linux.Events.IsBound(notify.port, this))
            return Failure(XenAbi.XEN_ENOTCONN);
        _ = Linux.Events.Notify(notify.port);
        return default;
    }

    // Ports stay bound: only what nobody has read is forgotten.
    private HypercallResult Reset()
    {
        lock (Linux.Wakeups)
        {
            _queue.Clear();
            _overflowed = false;
        }

        return default;
    }

    private HypercallResult Restrict(void* argument)
    {
        if (_onlyDomain is not null)
            return Failure(XenAbi.XEN_EACCES);
        if (!UserMemory.TryRead(argument, out ioctl_evtchn_restrict_domid restrict))
            return Failure(XenAbi.XEN_EFAULT);
        if (restrict.domid == 0 || restrict.domid >= XenAbi.DOMID_FIRST_RESERVED)
            return Failure(XenAbi.XEN_EINVAL);
        _onlyDomain = restrict.domid;
        return default;
    }
}

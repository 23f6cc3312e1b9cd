using System.Collections.Generic;
using System.Threading;
using Xen.Sys;
using Xen.Testing.Linux.EventChannel;

namespace Xen.Testing.Linux.Privcmd;

/// <summary>A page of requests that the kernel looks at before the process does: stores to doorbells it answers itself.</summary>
// SAFETY: the frame is the first of the area, which holds it. Whoever unmaps the area ends the listening before, and waits
// for a look that is under way: after that, nobody looks.
internal sealed unsafe class IoEventPage
{
    // The register of virtio's MMIO transport that a driver notifies a queue with.
    private const ulong QueueNotify = 0x50;

    private readonly SimulatedLinux _linux;
    private readonly uint[] _ports;
    private readonly Listener[] _listeners;
    private readonly int _frame;
    private readonly Lock _gate = new();
    private readonly List<Doorbell> _doorbells = [];
    private bool _isOver;

    internal IoEventPage(SimulatedLinux linux, ForeignArea area, in privcmd_ioeventfd request, uint[] ports)
    {
        _linux = linux;
        _ports = ports;
        _listeners = new Listener[ports.Length];
        Area = area;
        Address = request.ioreq;
        Domain = new DomainId(request.dom);
        _frame = area.FrameAt(0);
    }

    internal ForeignArea Area { get; }

    internal ulong Address { get; }

    internal DomainId Domain { get; }

    internal uint VcpuCount => (uint)_ports.Length;

    internal bool IsEmpty => _doorbells.Count == 0;

    /// <summary>An eventfd stands for one doorbell only.</summary>
    internal bool TryAdd(Doorbell doorbell)
    {
        lock (_gate)
        {
            if (_doorbells.Exists(other => other.Events == doorbell.Events))
                return false;
            _doorbells.Add(doorbell);
            return true;
        }
    }

    internal bool TryRemove(ulong address, uint size, uint queue, EventFile events)
    {
        lock (_gate)
            return _doorbells.Remove(new Doorbell(address, size, queue, events));
    }

    /// <summary>Takes part in the events of all vCPUs' ports.</summary>
    /// <returns>False if the process has not bound one of them.</returns>
    internal bool TryListen()
    {
        for (var vcpu = 0; vcpu < _ports.Length; vcpu++)
        {
            _listeners[vcpu] = new Listener(this, vcpu);
            if (_linux.Events.TryListen(_ports[vcpu], _listeners[vcpu]))
                continue;
            Unlisten();
            return false;
        }

        return true;
    }

    internal void Unlisten()
    {
        lock (_gate)
            _isOver = true;
        for (var vcpu = 0; vcpu < _ports.Length; vcpu++)
            _linux.Events.Unlisten(_ports[vcpu], _listeners[vcpu]);
    }

    private void Look(int vcpu)
    {
        bool isAnswered;
        lock (_gate)
            isAnswered = !_isOver && TryAnswer(vcpu);
        if (isAnswered)
            _ = _linux.Events.Notify(_ports[vcpu]);
    }

    private bool TryAnswer(int vcpu)
    {
        var slot = (ioreq*)_linux.Xen.MachineMemory.Locate(_frame) + vcpu;
        if (slot->state != XenAbi.STATE_IOREQ_READY)
            return false;

        Thread.MemoryBarrier();
        slot->state = (byte)XenAbi.STATE_IOREQ_INPROCESS;
        if (slot->type != XenAbi.IOREQ_TYPE_COPY || slot->dir != XenAbi.IOREQ_WRITE || slot->data_is_ptr != 0
            || Find(*slot) is not { } doorbell)
        {
            // The process's.
            slot->state = (byte)XenAbi.STATE_IOREQ_READY;
            return false;
        }

        doorbell.Events.TryAdd(1);
        Thread.MemoryBarrier();
        slot->state = (byte)XenAbi.STATE_IORESP_READY;
        return true;
    }

    private Doorbell? Find(in ioreq request)
    {
        var (address, size, queue) = (request.addr, request.size, (ushort)request.data);
        return _doorbells.Find(doorbell =>
            doorbell.Address + QueueNotify == address && doorbell.Size == size && doorbell.Queue == queue);
    }

    /// <summary>A queue's doorbell.</summary>
    /// <param name="Address">Where the device's registers start.</param>
    /// <param name="Size">Bytes that are stored.</param>
    /// <param name="Queue">Which queue.</param>
    /// <param name="Events">What is signalled.</param>
    internal sealed record Doorbell(ulong Address, uint Size, uint Queue, EventFile Events);

    private sealed class Listener(IoEventPage page, int vcpu) : IPortListener
    {
        public void Signalled() => page.Look(vcpu);
    }
}

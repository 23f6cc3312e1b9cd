using System;
using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec.Gpio;

namespace Xen.Virtio.Devices.Gpio;

/// <summary>
/// Serves the event queue, virtio 1.3 §5.17.7: holds one buffer for each line, and gives it back when the line
/// interrupts or is disabled.
/// </summary>
internal sealed class GpioEventThread : QueueThread
{
    private readonly GpioLines _lines;
    private readonly Held[] _held;
    private readonly DescriptorChain _taken;
    private readonly DescriptorChain _returned = new(0);

    private GpioEventThread(QueueResources resources, GpioLines lines, ILogger logger)
        : base("gpio/events", resources with { Journal = null }, logger) // no journal knows which buffers are held
    {
        _lines = lines;
        _held = new Held[lines.Count];
        _taken = new DescriptorChain(Queue.MaxSegments);
    }

    public static GpioEventThread Start(QueueResources resources, GpioLines lines, ILogger logger)
    {
        var thread = new GpioEventThread(resources, lines, logger);
        lines.ForgetBuffers();
        lines.Returning = thread.Ring;
        thread.StartThread();
        return thread;
    }

    private protected override bool ServeAll(bool isRung)
    {
        do
        {
            SuppressNotifications();
            var result = TakeResult.Chain;
            while (result is TakeResult.Chain or TakeResult.Malformed)
            {
                if (IsStopping)
                    return false;
                result = TakeOne();
            }

            if (result == TakeResult.Broken || !GiveBack())
            {
                ReportBroken();
                return false;
            }
        }
        while (AllowNotifications());

        return true;
    }

    private TakeResult TakeOne()
    {
        using var memory = Resources.Memory.Enter();
        if (!Queue.TryOpen(memory, out var rings))
            return TakeResult.Broken;

        var result = Queue.TryTake(rings, _taken);
        var isOpen = true;
        if (result == TakeResult.Chain)
            isOpen = Hold(ref rings);
        else if (result == TakeResult.Malformed)
            isOpen = Reject(ref rings, _taken);

        Decide(rings);
        return isOpen && Queue.Fault == VirtQueueFault.None ? result : TakeResult.Broken;
    }

    // A buffer for no line, or for one that has one already, comes back at once.
    private bool Hold(ref QueueRings rings)
    {
        Span<byte> bytes = stackalloc byte[GpioLayout.EventRequestSize];
        if (_taken.WritableLength == 0 || !_taken.TryCopyFrom(rings.Memory, 0, bytes))
            return Refuse(ref rings);

        var line = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (line >= _lines.Count)
            return Refuse(ref rings);

        // What is not unmasked has no buffer here, so the place is free.
        var held = new Held(_taken.Head, _taken.Slots, _taken.Writable[0].Address);
        var before = _held[line];
        _held[line] = held;
        if (_lines.TryUnmask(line))
            return true;
        _held[line] = before;
        return Refuse(ref rings);
    }

    private bool Refuse(ref QueueRings rings)
    {
        var written = _taken.TryCopyTo(rings.Memory, 0, [(byte)GpioEventStatus.Invalid]) ? 1u : 0u;
        return Publish(ref rings, _taken, written);
    }

    private bool GiveBack()
    {
        for (var line = 0; line < _held.Length; line++)
        {
            if (!_lines.TryTakeReturning(line, out var status))
                continue;
            using var memory = Resources.Memory.Enter();
            if (!Queue.TryOpen(memory, out var rings))
                return false;
            var held = _held[line];
            var written = memory.TryWrite(held.StatusAddress, [(byte)status]) ? 1u : 0u;
            _returned.Stand(held.Head, held.Slots);
            if (!Publish(ref rings, _returned, written))
                return false;
            Decide(rings);
        }

        return true;
    }

    private readonly record struct Held(ushort Head, int Slots, ulong StatusAddress);
}

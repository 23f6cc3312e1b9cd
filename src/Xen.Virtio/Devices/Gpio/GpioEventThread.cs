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
/// <remarks>
/// <para>Its own position and the buffers that it holds are noted, so that a process that takes over knows them. Taken:
/// the buffer is noted, then the position; a kill in between has the same buffer taken again. Given back: the position
/// behind it is noted, then the driver gets it, then it is forgotten; after a kill the rings say whether it was.</para>
/// <para>The queue's journal only says that the driver has not set the queue up anew since.</para>
/// </remarks>
internal sealed class GpioEventThread : QueueThread
{
    private readonly GpioLines _lines;
    private readonly GpioNotes _notes;
    private readonly GpioBuffer?[] _held;
    private readonly IQueueJournal? _mark;
    private readonly DescriptorChain _taken;
    private readonly DescriptorChain _returned = new(0);
    private bool _resumes;
    private bool _isFirstAgain;

    private GpioEventThread(
        QueueResources resources, GpioLines lines, GpioNotes notes, bool isRestored, ILogger logger)
        : base("gpio/events", resources with { Journal = null }, logger)
    {
        _lines = lines;
        _notes = notes;
        _held = new GpioBuffer?[lines.Count];
        _mark = resources.Journal;
        _taken = new DescriptorChain(Queue.MaxSegments);
        _resumes = isRestored && _mark is not null && _mark.TryLoad(out _);
    }

    /// <summary>Starts to serve.</summary>
    /// <param name="resources">The queue.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="notes">Where it notes what it does.</param>
    /// <param name="isRestored">Whether the notes are those of another process.</param>
    /// <param name="logger">Where a broken queue is reported.</param>
    public static GpioEventThread Start(
        QueueResources resources, GpioLines lines, GpioNotes notes, bool isRestored, ILogger logger)
    {
        var thread = new GpioEventThread(resources, lines, notes, isRestored, logger);
        if (!thread._resumes)
            thread.Begin();
        lines.Returning = thread.Ring;
        thread.StartThread();
        return thread;
    }

    private protected override bool ServeAll(bool isRung)
    {
        if (_resumes && !TryGoOn())
        {
            ReportBroken();
            return false;
        }

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

    // Nothing is held: the driver has set the queue up anew, or nobody knows what there was.
    private void Begin()
    {
        for (var line = 0; line < _held.Length; line++)
        {
            _lines.ForgetBuffer(line);
            _notes.ClearBuffer(line);
        }

        _notes.ClearLeaving();
        _notes.SetPosition(Queue.Position);
        _mark?.Save(Queue.Position);
    }

    // Where another process has ended. An interrupt that the driver may have missed is raised by the transport.
    private bool TryGoOn()
    {
        _resumes = false;
        using var memory = Resources.Memory.Enter();
        if (!Queue.TryOpen(memory, out var rings) || !_notes.TryGetPosition(out var position))
            return false;
        var isLeaving = _notes.TryGetLeaving(out var behind, out var leaving);
        if (!Queue.TryGoOn(rings, position, isLeaving ? behind : position, out var hasLeft))
            return false;
        if (isLeaving && hasLeft)
            Settle(behind, leaving);
        _notes.ClearLeaving();
        _isFirstAgain = true;

        for (var line = 0; line < _held.Length; line++)
        {
            _held[line] = _notes.GetBuffer(line) is { } buffer && buffer.Slots <= Queue.Size ? buffer : null;
            if (_held[line] is null)
                _lines.ForgetBuffer(line);
            else
                _lines.Unmask(line);
        }

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
            isOpen = RejectNoted(ref rings);

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

        // The first one may be what was noted just before a kill.
        var isAgain = _isFirstAgain && _held[line]?.Head == _taken.Head;
        _isFirstAgain = false;
        if (_held[line] is not null && !isAgain)
            return Refuse(ref rings);

        var buffer = new GpioBuffer(_taken.Head, _taken.Slots, _taken.Writable[0].Address);
        _held[line] = buffer;
        _notes.SetBuffer(line, buffer);
        _notes.SetPosition(Queue.Position);
        if (!isAgain)
            _lines.Unmask(line);
        return true;
    }

    private bool Refuse(ref QueueRings rings)
    {
        var written = _taken.TryCopyTo(rings.Memory, 0, [(byte)GpioEventStatus.Invalid]) ? 1u : 0u;
        var behind = NoteLeaving(_taken, GpioNotes.NoLine);
        if (!Publish(ref rings, _taken, written))
            return false;
        Settle(behind, GpioNotes.NoLine);
        return true;
    }

    private bool RejectNoted(ref QueueRings rings)
    {
        if (_taken.Fault == ChainFault.HeadOutOfRange)
        {
            _notes.SetPosition(Queue.Position);
            return Reject(ref rings, _taken);
        }

        var behind = NoteLeaving(_taken, GpioNotes.NoLine);
        if (!Reject(ref rings, _taken))
            return false;
        Settle(behind, GpioNotes.NoLine);
        return true;
    }

    private bool GiveBack()
    {
        for (var line = 0; line < _held.Length; line++)
        {
            if (!_lines.IsReturning(line, out var status) || _held[line] is not { } held)
                continue;
            using var memory = Resources.Memory.Enter();
            if (!Queue.TryOpen(memory, out var rings))
                return false;
            var written = memory.TryWrite(held.StatusAddress, [(byte)status]) ? 1u : 0u;
            _returned.Stand(held.Head, held.Slots);
            var behind = NoteLeaving(_returned, line);
            if (!Publish(ref rings, _returned, written))
                return false;
            Settle(behind, line);
            Decide(rings);
        }

        return true;
    }

    private QueuePosition NoteLeaving(DescriptorChain chain, int line)
    {
        var behind = Queue.PositionAfter(chain);
        _notes.SetLeaving(behind, line);
        return behind;
    }

    // Nothing is given back by a queue that stops, and so nothing forgotten: the next process does both.
    private void Settle(QueuePosition behind, int line)
    {
        if (Queue.Position != behind)
            return;
        if (line < _held.Length)
        {
            _held[line] = null;
            _notes.ClearBuffer(line);
            _lines.SetReturned(line);
        }

        _notes.SetPosition(behind);
        _notes.ClearLeaving();
    }
}

using System;
using System.Threading;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Devices;

/// <content>Several chains at once: taken as they come, given back in the driver's order.</content>
public sealed partial class QueueWorker
{
    private readonly IConcurrentChainHandler? _concurrent;
    private readonly ChainWindow? _window;
    private readonly Action? _ended;

    // Whether the driver need not notify: what it makes available could not be taken now, and the end of a chain wakes.
    private bool IsShut => _window is not null && !CanTake(_window, _concurrent!);

    // How long to sleep at most: what is under way may take too long. A part of a millisecond is not waited for.
    private protected override TimeSpan LongestSleep => _window is null || _window.Count == 0
        ? Timeout.InfiniteTimeSpan
        : TimeSpan.FromMilliseconds(
            double.Min(Math.Ceiling(_concurrent!.TimeLeft(_window.FirstSlot).TotalMilliseconds), int.MaxValue));

    private static bool CanTake(ChainWindow window, IConcurrentChainHandler handler) =>
        window.IsOpen && handler.HasRoom;

    // Whether the oldest chain can be given back without a wait for what is under way.
    private static bool HasEnded(ChainWindow window, IConcurrentChainHandler handler) => window.Count != 0
        && (window.FirstEntry != WindowEntry.Started || handler.TimeLeft(window.FirstSlot) == TimeSpan.Zero);

    // Whether that takes no longer than to say so.
    private static bool EndsAtOnce(ChainWindow window, IConcurrentChainHandler handler) => window.Count != 0
        && (window.FirstEntry == WindowEntry.Malformed
            || (window.FirstEntry == WindowEntry.Started && handler.EndsAtOnce(window.FirstSlot)));

    // Empty if nothing can be taken and nothing be given back.
    private TakeResult ServeWindow(ChainWindow window, IConcurrentChainHandler handler)
    {
        var result = Fill(window, handler);
        while (result != TakeResult.Broken && !IsStopping && HasEnded(window, handler))
        {
            if (window.FirstEntry == WindowEntry.Started)
                handler.Wait(window.FirstSlot);
            result = ServeFirst(window, handler);
        }

        return result;
    }

    private TakeResult Fill(ChainWindow window, IConcurrentChainHandler handler)
    {
        var first = window.Count;
        var result = Take(window, handler);

        // The view has ended: to start may take as long as the back end's other side likes.
        for (var i = first; i < window.Count && result != TakeResult.Broken && !IsStopping; i++)
        {
            if (window.Entry(i) == WindowEntry.Started)
                handler.Start(window.Slot(i), _ended!);
        }

        return result;
    }

    private TakeResult Take(ChainWindow window, IConcurrentChainHandler handler)
    {
        var result = TakeResult.Empty;
        if (!CanTake(window, handler))
            return result;

        using var memory = Resources.Memory.Enter();
        if (!Queue.TryOpen(memory, out var rings))
            return TakeResult.Broken;
        while (CanTake(window, handler) && !IsStopping)
        {
            var taken = Queue.TryTake(rings, window.Next);
            if (taken == TakeResult.Empty)
                break;
            if (taken == TakeResult.Broken)
                return taken;
            result = TakeResult.Chain;
            window.Add(
                taken == TakeResult.Malformed ? WindowEntry.Malformed
                : handler.TryPrepare(window.NextSlot, window.Next, memory) ? WindowEntry.Started
                : WindowEntry.Alone);

            // All that the handler wants of it is copied: many chains may be more than can be mapped at a time.
            if (memory.EndBuffers() && !Queue.TryOpen(memory, out rings))
                return TakeResult.Broken;
        }

        return result;
    }

    private TakeResult ServeFirst(ChainWindow window, IConcurrentChainHandler handler)
    {
        using var memory = Resources.Memory.Enter();
        if (!Queue.TryOpen(memory, out var rings))
            return TakeResult.Broken;

        var slot = window.FirstSlot;
        var chain = window.First;
        var entry = window.FirstEntry;
        window.RemoveFirst();
        if (entry == WindowEntry.Malformed)
        {
            handler.Rejected(chain.Fault);
            Reject(ref rings, chain);
        }
        else
        {
            Answer(ref rings, handler, entry, slot, chain);
        }

        if (Queue.Fault != VirtQueueFault.None)
            return TakeResult.Broken;

        // What has ended together shares a decision, unless something may take its time before the next one is given back.
        if (Undecided >= MaxCoalesced || !EndsAtOnce(window, handler))
            Decide(rings);
        return TakeResult.Chain;
    }

    private void Answer(
        ref QueueRings rings, IConcurrentChainHandler handler, WindowEntry entry, int slot, DescriptorChain chain)
    {
        uint written = 0;
        try
        {
            written = entry == WindowEntry.Alone
                ? handler.Serve(slot, chain, rings.Memory, Stopping)
                : handler.Finish(slot, chain, rings.Memory, Stopping);
        }
        catch
        {
            if (Publish(ref rings, chain, 0))
                Decide(rings);
            throw;
        }

        Publish(ref rings, chain, written);
    }

    // What is under way must not reach the back end after this.
    private protected override void DropUnserved()
    {
        for (; _window is { Count: > 0 } window; window.RemoveFirst())
        {
            if (window.FirstEntry != WindowEntry.Malformed)
                _concurrent!.Drop(window.FirstSlot);
        }
    }
}

using System.Collections.Generic;

namespace Xen.Store.Watches;

/// <summary>Events between the connection and a reader. Bounded, and loses nothing: what is too much becomes one event.</summary>
/// <remarks>Not thread-safe. An event of a node that is in the queue already adds nothing: its reader has not looked yet.</remarks>
/// <param name="path">What is watched.</param>
/// <param name="capacity">Events at most.</param>
internal sealed class WatchQueue(string path, int capacity)
{
    private readonly Queue<XenStoreWatchEvent> _events = new();
    private readonly HashSet<string> _changed = [];

    /// <summary>Events in the queue.</summary>
    internal int Count => _events.Count;

    /// <summary>Adds that a node changed.</summary>
    /// <param name="node">The node.</param>
    /// <returns>False if events had to be put together.</returns>
    internal bool Add(string node)
    {
        // A reader that will read all again needs to know no more.
        if (IsAboutAll || _changed.Contains(node))
            return true;
        if (_events.Count < capacity)
        {
            _changed.Add(node);
            _events.Enqueue(new XenStoreWatchEvent(node, XenStoreWatchEventKind.Changed));
            return true;
        }

        AddAll(XenStoreWatchEventKind.Overflow);
        return false;
    }

    /// <summary>Adds that all should be read again, which stands for all that is in the queue.</summary>
    /// <param name="kind">Why.</param>
    internal void AddAll(XenStoreWatchEventKind kind)
    {
        _events.Clear();
        _changed.Clear();
        _events.Enqueue(new XenStoreWatchEvent(path, kind));
    }

    /// <summary>Takes the oldest event.</summary>
    /// <param name="watchEvent">The event.</param>
    internal bool TryTake(out XenStoreWatchEvent watchEvent)
    {
        if (!_events.TryDequeue(out watchEvent))
            return false;
        if (watchEvent.Kind == XenStoreWatchEventKind.Changed)
            _changed.Remove(watchEvent.Path);
        return true;
    }

    private bool IsAboutAll =>
        _events.TryPeek(out var oldest) && oldest.Kind is XenStoreWatchEventKind.Overflow or XenStoreWatchEventKind.Rearmed;
}

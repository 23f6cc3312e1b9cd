namespace Xen.Virtio.Queues;

/// <summary>
/// Keeps one queue's position where it survives the death of the process. Used by the thread that serves the queue; never
/// blocks, never throws.
/// </summary>
public interface IQueueJournal
{
    /// <summary>The position that was saved last.</summary>
    /// <returns>False if there is none: the queue starts from the beginning.</returns>
    bool TryLoad(out QueuePosition position);

    /// <summary>Saves a position, after each chain: the chains before it have been given back.</summary>
    void Save(in QueuePosition position);

    /// <summary>Forgets the position: the guest sets the queue up anew.</summary>
    void Clear();
}

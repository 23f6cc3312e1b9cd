namespace Xen.Virtio.Queues;

/// <summary>
/// Keeps one queue's position where it survives the death of the process. Used by the thread that serves the queue; never
/// blocks, never throws.
/// </summary>
/// <remarks>
/// A process that is killed in the middle of <see cref="Save"/> must leave the old position or the new one: that is one
/// store of <see cref="QueuePosition.ToBits"/>. The position is the process's own, no guest can write it.
/// </remarks>
public interface IQueueJournal
{
    /// <summary>The position that was saved last.</summary>
    /// <returns>False if there is none: the queue starts from the beginning.</returns>
    bool TryLoad(out QueuePosition position);

    /// <summary>
    /// Saves the position of what was given back: after each chain, and in a packed queue also just before, with the
    /// chain between the two positions. Of what was taken and not given back it says no more than how much was begun
    /// (<see cref="QueuePosition.Begun"/>), and is saved for that, too.
    /// </summary>
    void Save(in QueuePosition position);

    /// <summary>Forgets the position: the guest sets the queue up anew.</summary>
    void Clear();
}

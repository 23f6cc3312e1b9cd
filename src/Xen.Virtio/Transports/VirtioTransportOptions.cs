using System;
using System.Collections.Generic;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Transports;

/// <summary>What can be chosen about any transport.</summary>
public abstract class VirtioTransportOptions
{
    private protected VirtioTransportOptions()
    {
    }

    /// <summary>
    /// Offers VIRTIO_F_ACCESS_PLATFORM. A Xen guest that uses grants needs it; others accept it without harm.
    /// </summary>
    public bool AccessPlatform { get; init; }

    /// <summary>
    /// Which of the features that the queues implement are offered, as feature bits (virtio 1.2 §6); all if not set.
    /// Bits of others have no effect.
    /// </summary>
    public ulong QueueFeatures { get; init; } = ulong.MaxValue;

    /// <summary>
    /// How long a reset, a stopped queue or the transport's disposal waits for host I/O that is under way. The guest's
    /// vCPU waits with it.
    /// </summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Where the positions of the queues survive the process, one entry for each queue; null if they need not. Needed
    /// to go on after <see cref="Xen.Machine.ISavedState.TryRestoreState"/> where the process before has ended.
    /// </summary>
    public IReadOnlyList<IQueueJournal>? Journals { get; init; }
}

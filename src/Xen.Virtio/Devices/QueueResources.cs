using Xen.Machine;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Devices;

/// <summary>What a queue runs on.</summary>
/// <param name="Config">Size and addresses, checked.</param>
/// <param name="Memory">The guest's memory.</param>
/// <param name="Host">The transport's ear.</param>
/// <param name="GuestLog">
/// For lines that the guest causes. One for the life of the device: a guest that resets it must not get a new burst.
/// </param>
/// <param name="FaultLog">As <paramref name="GuestLog"/>, for faults of ours: a noisy guest must not hide them.</param>
public sealed record QueueResources(
    VirtQueueConfig Config, IGuestMemory Memory, IQueueHost Host, LogRateLimiter GuestLog, LogRateLimiter FaultLog)
{
    /// <summary>The negotiated features: they decide which kind of queue it is (virtio 1.2 §2.6).</summary>
    public ulong Features { get; init; }

    /// <summary>Where the queue's position is kept; null if it need not survive the process.</summary>
    public IQueueJournal? Journal { get; init; }
}

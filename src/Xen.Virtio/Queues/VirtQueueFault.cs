namespace Xen.Virtio.Queues;

/// <summary>What is wrong with a queue as a whole. Only a reset of the device repairs it.</summary>
public enum VirtQueueFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The size is 0, no power of two, or above the maximum.</summary>
    BadSize,

    /// <summary>The descriptor table or a ring is not aligned as virtio 1.2 §2.7 asks.</summary>
    Misaligned,

    /// <summary>The descriptor table or a ring is not, or no longer, memory of the guest.</summary>
    OutsideMemory,

    /// <summary>The available index is further ahead than the queue is long.</summary>
    IndexRunaway,
}

namespace Xen.Virtio.Spec;

/// <summary>Feature bits that belong to no device type, virtio 1.2 §6.</summary>
public static class VirtioFeatures
{
    /// <summary>VIRTIO_F_INDIRECT_DESC: a descriptor may name a table of descriptors, §2.7.5.3, §2.8.7.</summary>
    public const ulong IndirectDescriptors = 1UL << 28;

    /// <summary>
    /// VIRTIO_F_EVENT_IDX: each side says at which buffer it wants to hear of the other, §2.7.7, §2.7.10, §2.8.10.
    /// </summary>
    public const ulong EventIndex = 1UL << 29;

    /// <summary>VIRTIO_F_VERSION_1: not a legacy device. Always offered, always required.</summary>
    public const ulong Version1 = 1UL << 32;

    /// <summary>
    /// VIRTIO_F_ACCESS_PLATFORM: buffer addresses pass through the platform's translation. A Xen guest uses grants
    /// only with devices that offer it.
    /// </summary>
    public const ulong AccessPlatform = 1UL << 33;

    /// <summary>VIRTIO_F_RING_PACKED: queues have the packed layout, §2.8.</summary>
    public const ulong RingPacked = 1UL << 34;

    /// <summary>VIRTIO_F_IN_ORDER: buffers are used in the order in which they were made available, §2.7.9.</summary>
    public const ulong InOrder = 1UL << 35;
}

namespace Xen.Virtio.Spec;

/// <summary>Layout of the three parts of a packed queue, virtio 1.2 §2.8. Offsets and sizes in bytes.</summary>
public static class PackedRing
{
    /// <summary>Largest queue size, §2.8.10.1. It need not be a power of two.</summary>
    public const int MaxSize = 32768;

    /// <summary>Alignment of the descriptor ring.</summary>
    public const int DescriptorRingAlignment = 16;

    /// <summary>Alignment of the driver's and of the device's event suppression structure.</summary>
    public const int EventAlignment = 4;

    /// <summary>Size of an event suppression structure: offset and wrap counter, then flags, 16 bits each.</summary>
    public const int EventLength = 4;

    /// <summary>VIRTQ_DESC_F_AVAIL, bit 7 of a descriptor's flags: the driver's wrap counter when it wrote it.</summary>
    public const ushort Available = 1 << 7;

    /// <summary>
    /// VIRTQ_DESC_F_USED, bit 15 of a descriptor's flags: the inverse of the former while the descriptor is available,
    /// the same when it has been used.
    /// </summary>
    public const ushort Used = 1 << 15;

    /// <summary>RING_EVENT_FLAGS_ENABLE: events are wanted.</summary>
    public const ushort EventsEnabled = 0;

    /// <summary>RING_EVENT_FLAGS_DISABLE: no events are wanted.</summary>
    public const ushort EventsDisabled = 1;

    /// <summary>
    /// RING_EVENT_FLAGS_DESC: an event is wanted for one descriptor, if EVENT_IDX has been negotiated.
    /// </summary>
    public const ushort EventsAtDescriptor = 2;

    /// <summary>The bits of the event flags that say which of these it is; the others are reserved.</summary>
    public const ushort EventFlagsMask = 3;

    /// <summary>The bits of the first event field that are an index into the ring; the one above is the wrap counter.</summary>
    public const ushort EventOffsetMask = 0x7fff;

    /// <summary>Size of the descriptor ring.</summary>
    public static int DescriptorRingLength(int queueSize) => Descriptor.Size * queueSize;
}

namespace Xen.Virtio.Spec;

/// <summary>Layout of the three parts of a split queue, virtio 1.2 §2.7. Offsets and sizes in bytes.</summary>
public static class SplitRing
{
    /// <summary>Largest queue size, §2.7.</summary>
    public const int MaxSize = 32768;

    /// <summary>Alignment of the descriptor table.</summary>
    public const int DescriptorTableAlignment = 16;

    /// <summary>Alignment of the available ring.</summary>
    public const int AvailableRingAlignment = 2;

    /// <summary>Alignment of the used ring.</summary>
    public const int UsedRingAlignment = 4;

    /// <summary>Offset of the flags in the available and in the used ring.</summary>
    public const int FlagsOffset = 0;

    /// <summary>Offset of the index in the available and in the used ring.</summary>
    public const int IndexOffset = 2;

    /// <summary>Offset of the first element in the available and in the used ring.</summary>
    public const int ElementsOffset = 4;

    /// <summary>Size of an element of the available ring: the head of a chain.</summary>
    public const int AvailableElementSize = 2;

    /// <summary>Size of an element of the used ring: head and length, 32 bits each.</summary>
    public const int UsedElementSize = 8;

    /// <summary>VIRTQ_AVAIL_F_NO_INTERRUPT: the driver asks not to be interrupted, §2.7.7.</summary>
    public const ushort AvailableNoInterrupt = 1;

    /// <summary>VIRTQ_USED_F_NO_NOTIFY: the device asks not to be notified, §2.7.10.</summary>
    public const ushort UsedNoNotify = 1;

    /// <summary>Size of the descriptor table.</summary>
    public static int DescriptorTableLength(int queueSize) => Descriptor.Size * queueSize;

    /// <summary>Size of the available ring, with the trailing <c>used_event</c>.</summary>
    public static int AvailableRingLength(int queueSize) => 6 + (AvailableElementSize * queueSize);

    /// <summary>Size of the used ring, with the trailing <c>avail_event</c>.</summary>
    public static int UsedRingLength(int queueSize) => 6 + (UsedElementSize * queueSize);
}

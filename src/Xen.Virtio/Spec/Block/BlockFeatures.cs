namespace Xen.Virtio.Spec.Block;

/// <summary>Feature bits of a block device, virtio 1.2 §5.2.3.</summary>
public static class BlockFeatures
{
    /// <summary>VIRTIO_BLK_F_SEG_MAX: <c>seg_max</c> says how many data segments a request may have.</summary>
    public const ulong SegMax = 1UL << 2;

    /// <summary>VIRTIO_BLK_F_RO: the device is read-only.</summary>
    public const ulong ReadOnly = 1UL << 5;

    /// <summary>VIRTIO_BLK_F_BLK_SIZE: <c>blk_size</c> holds the block size.</summary>
    public const ulong BlockSize = 1UL << 6;

    /// <summary>VIRTIO_BLK_F_FLUSH: the device has a cache and a command to flush it.</summary>
    public const ulong Flush = 1UL << 9;
}

namespace Xen.Virtio.Spec.Block;

/// <summary>Feature bits of a block device, virtio 1.2 §5.2.3.</summary>
public static class BlockFeatures
{
    /// <summary>VIRTIO_BLK_F_SIZE_MAX: <c>size_max</c> says how long one data segment may be.</summary>
    public const ulong SizeMax = 1UL << 1;

    /// <summary>VIRTIO_BLK_F_SEG_MAX: <c>seg_max</c> says how many data segments a request may have.</summary>
    public const ulong SegMax = 1UL << 2;

    /// <summary>VIRTIO_BLK_F_RO: the device is read-only.</summary>
    public const ulong ReadOnly = 1UL << 5;

    /// <summary>VIRTIO_BLK_F_BLK_SIZE: <c>blk_size</c> holds the block size.</summary>
    public const ulong BlockSize = 1UL << 6;

    /// <summary>VIRTIO_BLK_F_FLUSH: the device has a cache and a command to flush it.</summary>
    public const ulong Flush = 1UL << 9;

    /// <summary>VIRTIO_BLK_F_TOPOLOGY: <c>topology</c> says which alignment and sizes are best.</summary>
    public const ulong Topology = 1UL << 10;

    /// <summary>VIRTIO_BLK_F_CONFIG_WCE: the driver can switch the cache with <c>writeback</c>.</summary>
    public const ulong ConfigWriteCache = 1UL << 11;

    /// <summary>VIRTIO_BLK_F_MQ: <c>num_queues</c> says how many request queues there are.</summary>
    public const ulong MultiQueue = 1UL << 12;

    /// <summary>VIRTIO_BLK_F_DISCARD: the device knows <see cref="BlockRequestType.Discard"/>.</summary>
    public const ulong Discard = 1UL << 13;

    /// <summary>VIRTIO_BLK_F_WRITE_ZEROES: the device knows <see cref="BlockRequestType.WriteZeroes"/>.</summary>
    public const ulong WriteZeroes = 1UL << 14;
}

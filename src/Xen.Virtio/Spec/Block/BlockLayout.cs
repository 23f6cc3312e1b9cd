namespace Xen.Virtio.Spec.Block;

/// <summary>Sizes and configuration layout of a block device, virtio 1.2 §5.2.4 and §5.2.6. Bytes throughout.</summary>
public static class BlockLayout
{
    /// <summary>The unit of sector numbers and of <c>capacity</c>, whatever the block size.</summary>
    public const int SectorSize = 512;

    /// <summary>Length of the answer to <see cref="BlockRequestType.GetId"/>, padded with zeros.</summary>
    public const int IdLength = 20;

    /// <summary>Offset of <c>le64 capacity</c>, in sectors.</summary>
    public const int CapacityOffset = 0;

    /// <summary>Offset of <c>le32 seg_max</c>.</summary>
    public const int SegMaxOffset = 12;

    /// <summary>Offset of <c>le32 blk_size</c>.</summary>
    public const int BlockSizeOffset = 20;

    /// <summary>
    /// Size of <c>struct virtio_blk_config</c> up to and including <c>write_zeroes</c>, with padding.
    /// </summary>
    public const int ConfigLength = 60;
}

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

    /// <summary>Offset of <c>le32 size_max</c>, in bytes.</summary>
    public const int SizeMaxOffset = 8;

    /// <summary>Offset of <c>le32 seg_max</c>.</summary>
    public const int SegMaxOffset = 12;

    /// <summary>Offset of <c>le32 blk_size</c>, in bytes.</summary>
    public const int BlockSizeOffset = 20;

    /// <summary>Offset of <c>u8 physical_block_exp</c>: blocks in a physical block, as a power of two.</summary>
    public const int PhysicalBlockExponentOffset = 24;

    /// <summary>Offset of <c>u8 alignment_offset</c>, in blocks.</summary>
    public const int AlignmentOffsetOffset = 25;

    /// <summary>Offset of <c>le16 min_io_size</c>, in blocks.</summary>
    public const int MinIoSizeOffset = 26;

    /// <summary>Offset of <c>le32 opt_io_size</c>, in blocks.</summary>
    public const int OptimalIoSizeOffset = 28;

    /// <summary>Offset of <c>u8 writeback</c>: 1 if completed writes are volatile until a flush. Writable.</summary>
    public const int WritebackOffset = 32;

    /// <summary>Offset of <c>le16 num_queues</c>.</summary>
    public const int QueueCountOffset = 34;

    /// <summary>Offset of <c>le32 max_discard_sectors</c>, for one segment.</summary>
    public const int MaxDiscardSectorsOffset = 36;

    /// <summary>Offset of <c>le32 max_discard_seg</c>.</summary>
    public const int MaxDiscardSegmentsOffset = 40;

    /// <summary>Offset of <c>le32 discard_sector_alignment</c>, in sectors.</summary>
    public const int DiscardAlignmentOffset = 44;

    /// <summary>Offset of <c>le32 max_write_zeroes_sectors</c>, for one segment.</summary>
    public const int MaxWriteZeroesSectorsOffset = 48;

    /// <summary>Offset of <c>le32 max_write_zeroes_seg</c>.</summary>
    public const int MaxWriteZeroesSegmentsOffset = 52;

    /// <summary>Offset of <c>u8 write_zeroes_may_unmap</c>.</summary>
    public const int WriteZeroesMayUnmapOffset = 56;

    /// <summary>
    /// Size of <c>struct virtio_blk_config</c> up to and including <c>write_zeroes</c>, with padding.
    /// </summary>
    public const int ConfigLength = 60;
}

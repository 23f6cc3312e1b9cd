using System;
using System.Buffers.Binary;

namespace Xen.Virtio.Spec.Block;

/// <summary>
/// <c>struct virtio_blk_discard_write_zeroes</c>, virtio 1.2 §5.2.6: what one segment of such a request covers. 16 bytes,
/// little-endian.
/// </summary>
/// <param name="Sector">First sector, of <see cref="BlockLayout.SectorSize"/> bytes.</param>
/// <param name="SectorCount">How many sectors.</param>
/// <param name="Flags">Any value: it comes from the guest.</param>
public readonly record struct BlockRange(ulong Sector, uint SectorCount, BlockRangeFlags Flags)
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 16;

    /// <summary>Reads a range.</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    public static BlockRange Parse(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
        (BlockRangeFlags)BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));

    /// <summary>Writes the range.</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    public void Format(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Sector);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], SectorCount);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], (uint)Flags);
    }
}

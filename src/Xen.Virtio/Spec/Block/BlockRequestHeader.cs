using System;
using System.Buffers.Binary;

namespace Xen.Virtio.Spec.Block;

/// <summary>The fixed start of <c>struct virtio_blk_req</c>, virtio 1.2 §5.2.6: 16 bytes, little-endian.</summary>
/// <param name="Type">What to do. Any value: it comes from the guest.</param>
/// <param name="Sector">Where to do it, in sectors of <see cref="BlockLayout.SectorSize"/> bytes.</param>
public readonly record struct BlockRequestHeader(BlockRequestType Type, ulong Sector)
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 16;

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    public static BlockRequestHeader Parse(ReadOnlySpan<byte> bytes) => new(
        (BlockRequestType)BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));

    /// <summary>Writes the header; the reserved field becomes 0.</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    public void Format(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)Type);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Sector);
    }
}

using System;
using System.Buffers.Binary;

namespace Xen.Virtio.Spec.I2c;

/// <summary><c>struct virtio_i2c_out_hdr</c>, virtio 1.3 §5.18.6.1: 8 bytes, little-endian.</summary>
/// <param name="Address">The field <c>addr</c>: see <see cref="I2cAddress.TryDecode"/>. Any value: it comes from the
/// guest.</param>
/// <param name="Flags">The field <c>flags</c>. Any value.</param>
public readonly record struct I2cRequestHeader(ushort Address, I2cRequestFlags Flags)
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 8;

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    public static I2cRequestHeader Parse(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        (I2cRequestFlags)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));

    /// <summary>Writes the header; the padding becomes 0.</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    public void Format(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Address);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], (uint)Flags);
    }
}

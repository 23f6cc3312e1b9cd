using System;
using System.Buffers.Binary;

namespace Xen.Virtio.Spec.Gpio;

/// <summary><c>struct virtio_gpio_request</c>, virtio 1.3 §5.17.6: 8 bytes, little-endian.</summary>
/// <param name="Message">What to do. Any value: it comes from the guest.</param>
/// <param name="Line">Number of the line. Any value.</param>
/// <param name="Value">What the message says it is. Any value.</param>
public readonly record struct GpioRequest(GpioMessage Message, ushort Line, uint Value)
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 8;

    /// <summary>Reads a request.</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    public static GpioRequest Parse(ReadOnlySpan<byte> bytes) => new(
        (GpioMessage)BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));

    /// <summary>Writes the request.</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    public void Format(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)Message);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], Line);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Value);
    }
}

using System;
using System.Buffers.Binary;

namespace Xen.Virtio.Spec.Console;

/// <summary><c>struct virtio_console_control</c>, virtio 1.3 §5.3.6.2: 8 bytes, little-endian.</summary>
/// <param name="Port">Number of the port. Any value, from the driver.</param>
/// <param name="Event">What happened. Any value, from the driver.</param>
/// <param name="Value">What the event says it is.</param>
public readonly record struct ConsoleControl(uint Port, ConsoleEvent Event, ushort Value)
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 8;

    /// <summary>Reads a message.</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    public static ConsoleControl Parse(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        (ConsoleEvent)BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]));

    /// <summary>Writes the message.</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    public void Format(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Port);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], (ushort)Event);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], Value);
    }
}

using System;
using System.Buffers.Binary;

namespace Xen.Store.Protocol;

/// <summary>What stands before every payload, 16 bytes. C origin: <c>struct xsd_sockmsg</c>, public/io/xs_wire.h.</summary>
/// <param name="Type">What the message is.</param>
/// <param name="RequestId">Chosen by who asks, and the same in the reply; 0 in an event.</param>
/// <param name="TransactionId">The transaction, or 0.</param>
/// <param name="Length">Bytes of payload.</param>
/// <remarks>The byte order is the machine's; .NET and Xen meet on little-endian machines only.</remarks>
public readonly record struct MessageHeader(MessageType Type, uint RequestId, uint TransactionId, uint Length)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 16;

    private const int RequestIdOffset = 4;
    private const int TransactionIdOffset = 8;
    private const int LengthOffset = 12;

    /// <summary>Reads one.</summary>
    /// <param name="source">At least <see cref="Size"/> bytes.</param>
    public static MessageHeader Read(ReadOnlySpan<byte> source) => new(
        (MessageType)BinaryPrimitives.ReadUInt32LittleEndian(source),
        BinaryPrimitives.ReadUInt32LittleEndian(source[RequestIdOffset..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[TransactionIdOffset..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[LengthOffset..]));

    /// <summary>Writes it.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)Type);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[RequestIdOffset..], RequestId);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[TransactionIdOffset..], TransactionId);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[LengthOffset..], Length);
    }
}

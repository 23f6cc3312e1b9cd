using System;

namespace Xen.Store.Protocol;

/// <summary>Writes one message into a span, piece by piece. Allocates nothing, throws nothing.</summary>
/// <remarks>What does not fit makes <see cref="TryEnd"/> answer false; nothing is written past the span.</remarks>
public ref struct MessageWriter
{
    private readonly Span<byte> _destination;
    private readonly MessageType _type;
    private readonly uint _requestId;
    private readonly uint _transactionId;
    private int _length;
    private bool _fits;

    /// <summary>Begins a message.</summary>
    /// <param name="destination">Where it goes.</param>
    /// <param name="type">What it is.</param>
    /// <param name="requestId">The request's number.</param>
    /// <param name="transactionId">The transaction, or 0.</param>
    public MessageWriter(Span<byte> destination, MessageType type, uint requestId, uint transactionId)
    {
        _destination = destination;
        _type = type;
        _requestId = requestId;
        _transactionId = transactionId;
        _length = MessageHeader.Size;
        _fits = destination.Length >= MessageHeader.Size;
    }

    /// <summary>Appends bytes as they are.</summary>
    /// <param name="bytes">The bytes.</param>
    public void Add(scoped ReadOnlySpan<byte> bytes)
    {
        _fits = _fits && bytes.TryCopyTo(_destination[_length..]);
        if (_fits)
            _length += bytes.Length;
    }

    /// <summary>Appends a string and the NUL that ends it.</summary>
    /// <param name="text">The string, without a NUL.</param>
    public void AddString(scoped ReadOnlySpan<byte> text)
    {
        Add(text);
        Add([0]);
    }

    /// <summary>Writes the header.</summary>
    /// <param name="size">The message's bytes, with the header.</param>
    /// <returns>False if the message is too long for its span or for the protocol.</returns>
    public readonly bool TryEnd(out int size)
    {
        size = 0;
        var payload = _length - MessageHeader.Size;
        if (!_fits || payload > XenStoreLimits.MaximumPayload)
            return false;
        new MessageHeader(_type, _requestId, _transactionId, (uint)payload).Write(_destination);
        size = _length;
        return true;
    }
}

using System;
using Xen.Store.Protocol;

namespace Xen.Store.Connection;

/// <summary>What is to be sent: requests gather in one half while the other half is being sent. Not thread-safe.</summary>
internal sealed class OutgoingBuffer
{
    private const int InitialCapacity = 1024;

    private byte[] _gathering = new byte[InitialCapacity];
    private byte[] _sending = new byte[InitialCapacity];
    private int _start;
    private int _end;

    /// <summary>Whether there is something to send.</summary>
    internal bool HasBytes => _end > _start;

    /// <summary>All bytes that were ever added.</summary>
    internal long Total { get; private set; }

    /// <summary>Adds a message.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Where it stands, until the next call.</returns>
    internal Span<byte> Add(ReadOnlySpan<byte> message)
    {
        if (_end + message.Length > _gathering.Length)
            MakeRoom(message.Length);
        var place = _gathering.AsSpan(_end, message.Length);
        message.CopyTo(place);
        _end += message.Length;
        Total += message.Length;
        return place;
    }

    /// <summary>Takes all that was gathered. It stays valid until the next taking.</summary>
    internal ReadOnlyMemory<byte> TakeAll()
    {
        (_gathering, _sending) = (_sending, _gathering);
        var taken = _sending.AsMemory(_start, _end - _start);
        _start = 0;
        _end = 0;
        return taken;
    }

    /// <summary>Takes the oldest message. It stays valid until the next taking.</summary>
    internal ReadOnlyMemory<byte> TakeOne()
    {
        var gathered = _gathering.AsSpan(_start, _end - _start);
        var length = MessageHeader.Size + (int)MessageHeader.Read(gathered).Length;
        if (_sending.Length < length)
            _sending = new byte[length];
        gathered[..length].CopyTo(_sending);
        _start += length;
        return _sending.AsMemory(0, length);
    }

    private void MakeRoom(int length)
    {
        var gathered = _gathering.AsSpan(_start, _end - _start);
        var target = gathered.Length + length > _gathering.Length
            ? new byte[Math.Max(gathered.Length + length, _gathering.Length * 2)]
            : _gathering;
        gathered.CopyTo(target);
        _gathering = target;
        _end -= _start;
        _start = 0;
    }
}

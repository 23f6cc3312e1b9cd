using System;

namespace Xen.Store.Connection;

/// <summary>What is to be sent: requests gather in one half while the other half is being sent. Not thread-safe.</summary>
internal sealed class OutgoingBuffer
{
    private const int InitialCapacity = 1024;

    private byte[] _gathering = new byte[InitialCapacity];
    private byte[] _sending = new byte[InitialCapacity];
    private int _gathered;

    /// <summary>Whether there is something to send.</summary>
    internal bool HasBytes => _gathered > 0;

    /// <summary>All bytes that were ever added.</summary>
    internal long Total { get; private set; }

    /// <summary>Adds a message.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Where it stands, until the next call.</returns>
    internal Span<byte> Add(ReadOnlySpan<byte> message)
    {
        var needed = _gathered + message.Length;
        if (needed > _gathering.Length)
            Array.Resize(ref _gathering, Math.Max(needed, _gathering.Length * 2));
        var place = _gathering.AsSpan(_gathered, message.Length);
        message.CopyTo(place);
        _gathered = needed;
        Total += message.Length;
        return place;
    }

    /// <summary>Takes what was gathered. It stays valid until this is called again.</summary>
    internal ReadOnlyMemory<byte> Take()
    {
        (_gathering, _sending) = (_sending, _gathering);
        var taken = _sending.AsMemory(0, _gathered);
        _gathered = 0;
        return taken;
    }
}

using System;

namespace Xen.Store.Protocol;

/// <summary>Takes a stream of bytes in any split, and gives the messages in it.</summary>
/// <remarks>Not thread-safe. A message that it gave is valid until <see cref="FreeSpace"/> is asked for again.</remarks>
public sealed class MessageBuffer
{
    /// <summary>The smallest capacity: the longest message.</summary>
    public const int MinimumCapacity = MessageHeader.Size + XenStoreLimits.MaximumPayload;

    private readonly int _maximumPayload;
    private byte[] _bytes;
    private int _start;
    private int _end;

    /// <summary>Makes an empty one.</summary>
    /// <param name="capacity">Bytes, at least <see cref="MinimumCapacity"/>; it grows if a message is longer.</param>
    /// <param name="maximumPayload">
    /// Bytes of a payload that are believed, at least <see cref="XenStoreLimits.MaximumPayload"/>: more than the protocol
    /// allows where a peer does not keep to it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity does not hold the protocol's longest message.</exception>
    public MessageBuffer(int capacity = MinimumCapacity, int maximumPayload = XenStoreLimits.MaximumPayload)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, MinimumCapacity);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumPayload, XenStoreLimits.MaximumPayload);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumPayload, Array.MaxLength - MessageHeader.Size);
        _maximumPayload = maximumPayload;
        _bytes = new byte[capacity];
    }

    /// <summary>Whether there are bytes of a message that is not complete.</summary>
    public bool HasRemainder => _end > _start;

    /// <summary>
    /// Where the next bytes go; never empty after <see cref="Read"/> answered <see cref="ParseStatus.NeedMoreData"/>.
    /// </summary>
    public Span<byte> FreeSpace
    {
        get
        {
            if (_start > 0)
            {
                _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
                _end -= _start;
                _start = 0;
            }

            return _bytes.AsSpan(_end);
        }
    }

    /// <summary>Says how many bytes were put into <see cref="FreeSpace"/>.</summary>
    /// <param name="count">Bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There was no room for so many.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _end);
        _end += count;
    }

    /// <summary>Takes the next message.</summary>
    /// <param name="message">The message, if it is complete.</param>
    public ParseStatus Read(out Message message)
    {
        var status = MessageParser.Read(_bytes.AsSpan(_start, _end - _start), out message, out var size, _maximumPayload);
        if (status == ParseStatus.Complete)
            _start += size;
        else if (status == ParseStatus.NeedMoreData && size > _bytes.Length)
            Array.Resize(ref _bytes, size + _start);
        return status;
    }
}

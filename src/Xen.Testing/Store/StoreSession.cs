using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using Xen.Store.Protocol;
using Xen.Sys;

namespace Xen.Testing.Store;

/// <summary>The store's end of a connection: what has come and is not complete, and what has not been taken.</summary>
/// <remarks>All of it is under the store's lock, but for the two signals.</remarks>
internal sealed class StoreSession
{
    // As much as a client can send ahead while its requests are not looked at.
    private const int InputCapacity = 2 * MessageBuffer.MinimumCapacity;

    private readonly Queue<ReadOnlyMemory<byte>> _output = new();
    private readonly HashSet<string> _events = [];
    private readonly long _outputLimit;
    private long _outputBytes;
    private int _headPosition;
    private int _replies;

    /// <summary>Makes one.</summary>
    /// <param name="connection">Its number.</param>
    /// <param name="domain">Who is at the other end.</param>
    /// <param name="outputLimit">Bytes that may wait to be taken.</param>
    internal StoreSession(int connection, DomainId domain, long outputLimit)
    {
        Connection = connection;
        Domain = domain;
        _outputLimit = outputLimit;
    }

    /// <summary>The number of the connection.</summary>
    internal int Connection { get; }

    /// <summary>Who is at the other end.</summary>
    internal DomainId Domain { get; }

    /// <summary>What has come.</summary>
    internal MessageBuffer Input { get; } = new(InputCapacity);

    /// <summary>Whether the connection is at its end. What waits can still be taken.</summary>
    internal bool IsClosed { get; set; }

    /// <summary>What happens when more waits than may, and the client cannot be waited for.</summary>
    internal Action? Overflowed { get; set; }

    /// <summary>Whether more waits than may.</summary>
    internal bool IsOverfull => _outputBytes > _outputLimit;

    /// <summary>Comes when there is something to take, or the end.</summary>
    internal SemaphoreSlim Readable { get; } = new(0, 1);

    /// <summary>Comes when there is room to send, or the end.</summary>
    internal SemaphoreSlim Writable { get; } = new(0, 1);

    /// <summary>Whether requests have to wait since replies have not been taken.</summary>
    /// <param name="outstanding">How many may not have been.</param>
    internal bool IsHeld(int outstanding) => Domain.Value != 0 && _replies >= outstanding;

    /// <summary>Wakes who waits.</summary>
    /// <param name="signal">One of the two signals.</param>
    internal static void Raise(SemaphoreSlim signal)
    {
        if (signal.CurrentCount == 0)
            signal.Release();
    }

    /// <summary>Appends a message to what waits; an event that waits already is not sent twice.</summary>
    /// <param name="message">The message.</param>
    internal void Append(ReadOnlyMemory<byte> message)
    {
        if (IsEvent(message, out var text) ? !_events.Add(text) : ++_replies < 0)
            return;
        _output.Enqueue(message);
        _outputBytes += message.Length;
        Raise(Readable);
    }

    /// <summary>Takes what waits.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <returns>Bytes.</returns>
    internal int Take(Span<byte> buffer)
    {
        var taken = 0;
        while (taken < buffer.Length && _output.TryPeek(out var head))
        {
            var part = head.Span[_headPosition..];
            part = part[..int.Min(part.Length, buffer.Length - taken)];
            part.CopyTo(buffer[taken..]);
            taken += part.Length;
            _headPosition += part.Length;
            if (_headPosition == head.Length)
                Drop(head);
        }

        _outputBytes -= taken;
        return taken;
    }

    /// <summary>Drops what waits.</summary>
    internal void Clear()
    {
        _output.Clear();
        _events.Clear();
        _outputBytes = 0;
        _headPosition = 0;
        _replies = 0;
    }

    private void Drop(ReadOnlyMemory<byte> head)
    {
        _output.Dequeue();
        _headPosition = 0;
        if (IsEvent(head, out var text))
            _events.Remove(text);
        else
            _replies--;
    }

    // Special events are sent as often as they happen.
    private static bool IsEvent(ReadOnlyMemory<byte> message, out string text)
    {
        text = "";
        if (MessageHeader.Read(message.Span).Type != MessageType.WatchEvent)
            return false;
        text = Encoding.Latin1.GetString(message.Span[MessageHeader.Size..]);
        return true;
    }
}

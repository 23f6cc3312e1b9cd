using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace TestSupport;

/// <summary>Speaks the store's protocol with nothing between: packets by hand, errors as they come.</summary>
internal sealed class RawStore : IDisposable
{
    public const uint Read = 2;
    public const uint GetPermissions = 3;
    public const uint Watch = 4;
    public const uint Introduce = 8;
    public const uint Release = 9;
    public const uint GetDomainPath = 10;
    public const uint Write = 11;
    public const uint SetPermissions = 14;
    public const uint WatchEvent = 15;
    public const uint Error = 16;

    private const int HeaderSize = 16;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly IByteChannel _channel;
    private readonly Queue<RawReply> _events = new();
    private uint _lastRequest;

    public RawStore(IByteChannel channel) => _channel = channel;

    /// <summary>A privileged connection, over the daemon's socket.</summary>
    public static RawStore Connect(string socketPath) => new(new SocketChannel(socketPath));

    /// <summary>Sends a request whose strings are UTF-8, and waits for its reply.</summary>
    public RawReply Ask(uint type, string payload, uint transaction = 0) =>
        Ask(type, Encoding.UTF8.GetBytes(payload), transaction);

    /// <summary>Sends a request and waits for its reply. Events that come before it are kept.</summary>
    public RawReply Ask(uint type, ReadOnlySpan<byte> payload, uint transaction = 0)
    {
        byte[] packet = new byte[HeaderSize + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(packet, type);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(4), ++_lastRequest);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(8), transaction);
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(12), payload.Length);
        payload.CopyTo(packet.AsSpan(HeaderSize));
        _channel.Send(packet);
        while (true)
        {
            RawReply reply = Receive();
            if (reply.Type != WatchEvent)
                return reply;
            _events.Enqueue(reply);
        }
    }

    /// <summary>The next event of a watch: its path and its token.</summary>
    public (string Path, string Token) NextEvent() => Parse(_events.Count > 0 ? _events.Dequeue() : Receive());

    /// <summary>All events so far. A daemon sends what has happened before it answers the next request.</summary>
    public IReadOnlyList<(string Path, string Token)> TakeEvents()
    {
        Ask(GetDomainPath, "0\0");
        (string, string)[] events = [.. _events.Select(Parse)];
        _events.Clear();
        return events;
    }

    /// <summary>Closes a socket. A domain lives on.</summary>
    public void Dispose() => (_channel as SocketChannel)?.Dispose();

    private static (string Path, string Token) Parse(RawReply message)
    {
        string[] parts = message.Text.Split('\0');
        return message.Type == WatchEvent && parts.Length == 3
            ? (parts[0], parts[1])
            : throw new InvalidDataException($"not an event: {message}");
    }

    private RawReply Receive()
    {
        byte[] header = ReceiveExactly(HeaderSize);
        return new RawReply(
            BinaryPrimitives.ReadUInt32LittleEndian(header),
            BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4)),
            BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(8)),
            ReceiveExactly(BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12))));
    }

    private byte[] ReceiveExactly(int count)
    {
        byte[] bytes = new byte[count];
        for (int filled = 0; filled < count;)
        {
            int received = _channel.Receive(bytes.AsSpan(filled), Limit);
            if (received == 0)
                throw new EndOfStreamException("the daemon has closed the connection");
            filled += received;
        }

        return bytes;
    }
}

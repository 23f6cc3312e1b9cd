using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;

namespace Xen.Store.Tests.Support;

/// <summary>The daemon's side of a connection in memory, in the hands of a test.</summary>
internal sealed class Peer(int room)
{
    private readonly PacketReader _reader = new();
    private readonly Queue<Packet> _requests = new();
    private readonly byte[] _buffer = new byte[65536];

    /// <summary>Gets what the client has sent and the peer has not taken; limited.</summary>
    internal ByteQueue Incoming { get; } = new(room);

    /// <summary>Gets what the peer has sent and the client has not taken.</summary>
    internal ByteQueue Outgoing { get; } = new(int.MaxValue);

    /// <summary>Waits for the next request.</summary>
    internal Packet Take() => TryTake(Patience.Limit) ?? throw new EndOfStreamException("the client sends nothing");

    /// <summary>Waits for the next requests.</summary>
    internal Packet[] Take(int count)
    {
        var packets = new Packet[count];
        for (var i = 0; i < count; i++)
            packets[i] = Take();
        return packets;
    }

    /// <summary>The next request.</summary>
    /// <returns>Null if the client has closed the connection, or nothing came.</returns>
    internal Packet? TryTake(TimeSpan timeout)
    {
        while (_requests.Count == 0)
        {
            var count = Incoming.Read(_buffer, timeout);
            if (count <= 0)
                return null;
            foreach (var packet in _reader.Add(_buffer.AsSpan(0, count)))
                _requests.Enqueue(packet);
        }

        return _requests.Dequeue();
    }

    internal void Send(params IEnumerable<Packet> packets)
    {
        foreach (var packet in packets)
            Send(packet.ToBytes());
    }

    internal void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Outgoing.Write(bytes, Timeout.InfiniteTimeSpan);
        }
        catch (IOException)
        {
            // The client is gone.
        }
    }

    /// <summary>The daemon dies: what it has sent arrives.</summary>
    internal void Close()
    {
        Outgoing.Close();
        Incoming.Close();
    }

    /// <summary>Answers requests on a thread of its own until the connection ends.</summary>
    internal void Serve(Func<Packet, IEnumerable<Packet>> answer) => new Thread(() =>
    {
        while (TryTake(Timeout.InfiniteTimeSpan) is { } request)
            Send(answer(request));
    })
    { IsBackground = true, Name = "fake daemon" }.Start();
}

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Threading;

namespace Xen.Store.Tests.Support;

/// <summary>A daemon that does what a test says.</summary>
internal sealed class FakeEndpoint : XenStoreEndpoint
{
    private readonly BlockingCollection<Peer> _peers = [];

    /// <summary>Answers every connection like this; null: the test has the peers in its hands.</summary>
    internal Func<Packet, IEnumerable<Packet>>? Answer { get; set; }

    internal XenStoreTransportTraits Traits { get; init; }

    /// <summary>Bytes that the client can send ahead of the peer.</summary>
    internal int Room { get; init; } = int.MaxValue;

    /// <summary>Bytes that the client receives at once.</summary>
    internal int Chunk { get; init; } = int.MaxValue;

    /// <summary>Whether there is no daemon.</summary>
    internal volatile bool Refuses;

    private int _attempts;

    internal int Attempts => Volatile.Read(ref _attempts);

    public override string Name => "fake";

    public override IXenStoreTransport Open()
    {
        Interlocked.Increment(ref _attempts);
        if (Refuses)
            throw new XenStoreConnectException(Name, "refused", new FileNotFoundException());
        var peer = new Peer(Room);
        if (Answer is { } answer)
            peer.Serve(answer);
        _peers.Add(peer);
        return new PeerTransport(peer, Traits, Chunk);
    }

    /// <summary>Waits for the next connection.</summary>
    internal Peer Accept() => _peers.TryTake(out var peer, Patience.Limit)
        ? peer : throw new TimeoutException("nobody connects");

    internal XenStoreClient Connect(XenStoreOptions? options = null) =>
        XenStoreClient.Connect((options ?? new XenStoreOptions()) with { Endpoint = this });
}

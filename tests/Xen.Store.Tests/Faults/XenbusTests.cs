using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Protocol;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Faults;

/// <summary>The xenbus device as kernels have it: one message at a time, and ids that old ones put their own into.</summary>
public sealed class XenbusTests
{
    private const XenStoreTransportTraits Traits =
        XenStoreTransportTraits.OneMessagePerSend | XenStoreTransportTraits.RewritesRequestIds;

    [Fact]
    public async Task Answers_with_other_ids_are_matched_by_their_order()
    {
        var id = 0x50u;
        var store = new FakeStore();
        var endpoint = new FakeEndpoint { Traits = Traits, Answer = Rewritten };
        using var client = endpoint.Connect();
        await using var watch = await client.OpenWatchAsync("/watched").Soon();
        Assert.Equal(XenStoreWatchEventKind.Initial, (await watch.ReadAsync().Soon())!.Value.Kind);
        var tasks = Enumerable.Range(0, 8).Select(task => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                var path = $"/{task}/{i}";
                Assert.Equal(FakeStore.ValueOf(path), i % 3 == 0 ? client.Read(path) : await client.ReadAsync(path));
            }
        }));
        await Task.WhenAll(tasks).Soon();
        string[] paths = [.. Enumerable.Range(0, 2000).Select(static number => $"/many/{number}")];
        Assert.Equal(paths.Select(FakeStore.ValueOf), await client.ReadManyAsync(paths).Soon());

        using var cancellation = new CancellationTokenSource();
        var cancelled = client.ReadAsync("/cancelled", cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Task.WhenAny(cancelled).Soon();
        Assert.Equal(FakeStore.ValueOf("/after"), await client.ReadAsync("/after").Soon());
        Assert.Equal(1, endpoint.Attempts);

        IEnumerable<Packet> Rewritten(Packet request)
        {
            foreach (var packet in store.Answer(request))
            {
                yield return packet.Type == MessageType.WatchEvent
                    ? packet : Packet.Make(packet.Type, ++id, packet.Payload, packet.Header.TransactionId);
            }
        }
    }

    [Fact]
    public async Task Answers_with_their_ids_may_come_in_any_order()
    {
        var endpoint = new FakeEndpoint { Traits = Traits };
        var connecting = Patience.OnThread(() => endpoint.Connect());
        var peer = endpoint.Accept();
        peer.Send(peer.Take().Answer("/local/domain/0\0"));
        using var client = await connecting.Soon();
        var reads = Enumerable.Range(0, 20).Select(number => client.ReadAsync($"/{number}").AsTask()).ToArray();
        peer.Send(peer.Take(20).Reverse().Select(static request => request.Answer(FakeStore.ValueOf(request.Subject))));
        for (var number = 0; number < reads.Length; number++)
            Assert.Equal(FakeStore.ValueOf($"/{number}"), await reads[number].Soon());
    }

    [Fact]
    public async Task Answers_that_are_matched_by_order_must_be_of_the_right_type()
    {
        var endpoint = new FakeEndpoint { Traits = Traits };
        var connecting = Patience.OnThread(() => endpoint.Connect(new XenStoreOptions { Reconnect = false }));
        var peer = endpoint.Accept();
        peer.Take();
        peer.Send(Packet.Make(MessageType.GetDomainPath, 1, "/local/domain/0\0"));
        using var client = await connecting.Soon();
        var read = client.ReadAsync("/a").AsTask();
        peer.Take();
        peer.Send(Packet.Make(MessageType.Write, 2, "OK\0"));
        await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => read.Soon());
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("silent")]
    [InlineData("nonsense")]
    public async Task Daemon_that_does_not_answer_the_first_request_is_no_daemon(string manner)
    {
        var endpoint = new FakeEndpoint { Traits = Traits };
        var connecting = Patience.OnThread(
            () => endpoint.Connect(new XenStoreOptions { ConnectTimeout = TimeSpan.FromMilliseconds(20) }));
        var peer = endpoint.Accept();
        peer.Take();
        if (manner == "closed")
            peer.Close();
        else if (manner == "nonsense")
            peer.Send(Enumerable.Repeat((byte)0xff, 16).ToArray());
        var failure = await Assert.ThrowsAsync<XenStoreConnectException>(() => connecting.Soon());
        Assert.Equal("fake", failure.Endpoint);
        Assert.Equal(0, await Patience.OnThread(() => peer.Incoming.Read(new byte[1], Timeout.InfiniteTimeSpan)).Soon());
    }

    [Fact]
    public async Task Answer_to_the_first_request_may_come_in_pieces()
    {
        var endpoint = new FakeEndpoint { Traits = Traits, Chunk = 3, Answer = new FakeStore().Answer };
        using var client = endpoint.Connect();
        Assert.Equal(FakeStore.ValueOf("/a"), await client.ReadAsync("/a").Soon());
    }
}

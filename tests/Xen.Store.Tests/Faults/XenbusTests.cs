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
    public async Task Answers_that_are_matched_by_order_must_be_of_the_right_type()
    {
        var endpoint = new FakeEndpoint { Traits = Traits };
        using var client = endpoint.Connect(new XenStoreOptions { Reconnect = false });
        var peer = endpoint.Accept();
        var read = client.ReadAsync("/a").AsTask();
        peer.Take();
        peer.Send(Packet.Make(MessageType.Write, 2, "OK\0"));
        await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => read.Soon());
    }

    [Fact]
    public async Task Request_is_not_sent_before_the_one_before_it_has_its_answer()
    {
        var endpoint = new FakeEndpoint { Traits = XenStoreTransportTraits.OneRequestAtATime };
        using var client = endpoint.Connect();
        var peer = endpoint.Accept();
        var reads = Enumerable.Range(0, 20).Select(number => client.ReadAsync($"/{number}").AsTask()).ToArray();
        for (var number = 0; number < reads.Length; number++)
        {
            var request = peer.Take();
            Assert.Equal($"/{number}", request.Subject);
            Assert.Equal(-1, peer.Incoming.Read(new byte[1], TimeSpan.FromMilliseconds(1)));
            peer.Send(request.Answer(FakeStore.ValueOf(request.Subject)));
            Assert.Equal(FakeStore.ValueOf($"/{number}"), await reads[number].Soon());
        }
    }

    [Fact]
    public async Task Many_callers_take_turns_at_a_way_that_takes_one_request_at_a_time()
    {
        var endpoint = new FakeEndpoint
        {
            Traits = XenStoreTransportTraits.OneRequestAtATime | XenStoreTransportTraits.RewritesRequestIds,
            Answer = new FakeStore().Answer,
        };
        using var client = endpoint.Connect();
        string[] paths = [.. Enumerable.Range(0, 2000).Select(static number => $"/many/{number}")];
        var calls = Enumerable.Range(0, 8).Select(task => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                var path = $"/{task}/{i}";
                Assert.Equal(FakeStore.ValueOf(path), i % 3 == 0 ? client.Read(path) : await client.ReadAsync(path));
            }
        }));
        await Task.WhenAll(calls).Soon();
        Assert.Equal(paths.Select(FakeStore.ValueOf), await client.ReadManyAsync(paths).Soon());
    }

    [Fact]
    public async Task Request_that_the_kernels_buffer_does_not_hold_is_refused_before_it_is_sent()
    {
        var endpoint = new FakeEndpoint { Traits = XenStoreTransportTraits.ShortMessages, Answer = new FakeStore().Answer };
        using var client = endpoint.Connect();
        const int Longest = XenStoreLimits.MaximumPayload - MessageHeader.Size - 3;
        await client.WriteAsync("/a", new byte[Longest].AsMemory()).Soon();
        var refusal = await Assert.ThrowsAsync<ArgumentException>(
            () => client.WriteAsync("/a", new byte[Longest + 1].AsMemory()).Soon());
        Assert.Contains("4080", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => client.Write("/a", new byte[Longest + 1]));
        Assert.Equal(FakeStore.ValueOf("/b"), await client.ReadAsync("/b").Soon());
    }
}

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Faults;

/// <summary>A daemon that is slow, and a client that must not drown in what it has to tell.</summary>
public sealed class BackPressureTests
{
    private const int Room = 4096;

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public async Task No_more_than_the_maximum_is_under_way(int maximum)
    {
        var endpoint = new FakeEndpoint { Room = Room };
        using var client = endpoint.Connect(new XenStoreOptions { MaximumRequestsInFlight = maximum });
        using var cancellation = new CancellationTokenSource();
        var peer = endpoint.Accept();
        var value = new byte[2000];
        var writes = Enumerable.Range(0, 2000)
            .Select(number => client.WriteAsync($"/{number}", value.AsMemory(), cancellation.Token).AsTask()).ToArray();
        await cancellation.CancelAsync();
        foreach (var write in writes)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write.Soon());

        // What was given to the connection is sent all the same, and nothing more.
        for (var i = 0; i < maximum; i++)
            Assert.Equal($"/{i}", peer.Take().Subject);
        var last = client.ReadAsync("/last").AsTask();
        Assert.Null(peer.TryTake(TimeSpan.FromMilliseconds(20)));
        Assert.False(last.IsCompleted);
    }

    [Fact]
    public async Task Daemon_that_waits_for_its_answers_to_be_taken_is_relieved()
    {
        // Takes a request only when its answers are gone: as a daemon with little room does.
        var endpoint = new FakeEndpoint { Room = 40 };
        using var client = endpoint.Connect(new XenStoreOptions { InlineWait = TimeSpan.Zero });
        var peer = endpoint.Accept();
        _ = Patience.OnThread(() =>
        {
            while (peer.TryTake(Timeout.InfiniteTimeSpan) is { } request)
            {
                peer.Send(new FakeStore().Answer(request));
                SpinWait.SpinUntil(() => peer.Outgoing.Count == 0);
            }
        });
        var reads = Enumerable.Range(0, 300).Select(number => number % 10 == 0
            ? Patience.OnThread(() => client.Read($"/{number}")) : client.ReadAsync($"/{number}").AsTask()).ToArray();
        for (var number = 0; number < reads.Length; number++)
            Assert.Equal(FakeStore.ValueOf($"/{number}"), await reads[number].Soon());
    }

    [Fact]
    public async Task Slow_reader_of_a_watch_gets_one_event_for_all_that_was_too_much()
    {
        const int Storm = 100_000;
        const int Capacity = 64;
        var endpoint = new FakeEndpoint();
        var log = new ListLogger();
        using var client = endpoint.Connect(new XenStoreOptions { WatchQueueCapacity = Capacity, Logger = log });
        var peer = endpoint.Accept();
        var slow = await Open("/slow");
        var attentive = await Open("/attentive");
        var expected = 0;
        for (var number = 0; number < Storm; number++)
        {
            peer.Send(Packet.Event($"/slow/{number}", "1"));
            if (number % 1000 != 0)
                continue;
            // The other watch, whose reader reads, loses nothing meanwhile.
            peer.Send(Packet.Event($"/attentive/{number}", "2"));
            Assert.Equal($"/attentive/{number}", (await attentive.ReadAsync().Soon())!.Value.Path);
            expected++;
        }

        var read = client.ReadAsync("/a").AsTask();
        peer.Send(peer.Take().Answer("value"));
        Assert.Equal("value", await read.Soon());
        Assert.Equal(100, expected);
        Assert.Equal(new XenStoreWatchEvent("/slow", XenStoreWatchEventKind.Overflow), await slow.ReadAsync().Soon());
        peer.Send(Packet.Event("/slow/after", "1"));
        Assert.Equal(
            new XenStoreWatchEvent("/slow/after", XenStoreWatchEventKind.Changed), await slow.ReadAsync().Soon());
        Assert.Single(log.Lines, static line => line.StartsWith("202 ", StringComparison.Ordinal));
        peer.Serve(new FakeStore().Answer);
        await slow.DisposeAsync().Soon();
        await attentive.DisposeAsync().Soon();

        async Task<XenStoreWatch> Open(string path)
        {
            var open = client.OpenWatchAsync(path).AsTask();
            peer.Send(new FakeStore().Answer(peer.Take()));
            var watch = await open.Soon();
            Assert.Equal(XenStoreWatchEventKind.Initial, (await watch.ReadAsync().Soon())!.Value.Kind);
            return watch;
        }
    }

    [Fact]
    public async Task Events_up_to_the_capacity_are_kept_and_repeated_ones_put_together()
    {
        const int Capacity = 10;
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(new XenStoreOptions { WatchQueueCapacity = Capacity });
        var peer = endpoint.Accept();
        var open = client.OpenWatchAsync("/w").AsTask();
        peer.Send(new FakeStore().Answer(peer.Take()));
        var watch = await open.Soon();
        Assert.NotNull(await watch.ReadAsync().Soon());
        for (var i = 0; i < 100; i++)
            peer.Send(Packet.Event($"/w/{i % Capacity}", "1"));
        var read = client.ReadAsync("/a").AsTask();
        peer.Send(peer.Take().Answer("value"));
        await read.Soon();
        for (var i = 0; i < Capacity; i++)
            Assert.Equal(new XenStoreWatchEvent($"/w/{i}", XenStoreWatchEventKind.Changed), await watch.ReadAsync().Soon());
        peer.Send(Packet.Event("/w/0", "1"));
        Assert.Equal("/w/0", (await watch.ReadAsync().Soon())!.Value.Path);
    }
}

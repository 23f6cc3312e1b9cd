using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Faults;

/// <summary>Disposal ends everything that is under way, whatever the daemon does.</summary>
public sealed class DisposalTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Disposal_in_the_middle_of_everything_ends_all_of_it(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 30; round++)
        {
            var endpoint = new FakeEndpoint { Answer = new FakeStore().Answer };
            var client = endpoint.Connect(new XenStoreOptions { MaximumRequestsInFlight = random.Next(1, 20) });
            var done = 0;
            Task[] all =
            [
                .. Enumerable.Range(0, 3).Select(_ => Repeat(async () => await client.ReadAsync("/a"))),
                .. Enumerable.Range(0, 2).Select(_ => Patience.OnThread(() =>
                {
                    while (true)
                        Counted(client.Read("/b"));
                })),
                Repeat(async () => await client.ReadManyAsync(["/c", "/d", "/e"])),
                Repeat(async () => await client.TransactAsync(static transaction => transaction.WriteAsync("/f", "value"))),
                Repeat(async () =>
                {
                    await using var watch = await client.OpenWatchAsync("/g");
                    ObjectDisposedException.ThrowIf(await watch.ReadAsync() is null, client);
                }),
            ];
            var enough = random.Next(400);
            await Patience.Until(() => Volatile.Read(ref done) >= enough);
            await client.DisposeAsync();
            await client.DisposeAsync();
            foreach (var task in all)
                await Assert.ThrowsAsync<ObjectDisposedException>(() => task.Soon());
            await Assert.ThrowsAsync<ObjectDisposedException>(() => client.ReadAsync("/h").Soon());

            async Task Repeat(Func<Task> act)
            {
                await Task.Yield();
                while (true)
                {
                    await act();
                    Interlocked.Increment(ref done);
                }
            }

            void Counted(object? _) => Interlocked.Increment(ref done);
        }
    }

    [Fact]
    public async Task Requests_that_a_daemon_never_answers_end()
    {
        var endpoint = new FakeEndpoint();
        var client = endpoint.Connect(new XenStoreOptions { MaximumRequestsInFlight = 3 });
        await EndsAll(client, endpoint.Accept(), isTaken: true);
    }

    [Fact]
    public async Task Requests_that_a_daemon_never_takes_end()
    {
        var endpoint = new FakeEndpoint { Room = 5 };
        var client = endpoint.Connect(new XenStoreOptions { MaximumRequestsInFlight = 3 });
        await EndsAll(client, endpoint.Accept(), isTaken: false);
    }

    [Fact]
    public async Task Requests_that_wait_for_a_connection_end()
    {
        var endpoint = new FakeEndpoint();
        var client = endpoint.Connect(new XenStoreOptions { ConnectTimeout = Patience.Limit, RetryIdempotent = true });
        endpoint.Refuses = true;
        endpoint.Accept().Close();
        Task[] all = [client.ReadAsync("/a").AsTask(), Patience.OnThread(() => client.Read("/b")), client.ReadManyAsync(["/c"]).AsTask()];
        await Patience.Until(() => endpoint.Attempts > 2);
        client.Dispose();
        foreach (var task in all)
            await Assert.ThrowsAsync<ObjectDisposedException>(() => task.Soon());
    }

    [Fact]
    public async Task Connection_that_is_being_made_again_ends()
    {
        var endpoint = new FakeEndpoint();
        var client = endpoint.Connect(new XenStoreOptions { ConnectTimeout = Patience.Limit });
        var peer = endpoint.Accept();
        peer.Serve(new FakeStore().Answer);
        var watch = await client.OpenWatchAsync("/watched").Soon();
        peer.Close();
        // Takes the watch, and never answers.
        var successor = endpoint.Accept();
        successor.Take();
        var read = client.ReadAsync("/a").AsTask();
        client.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => read.Soon());
        Assert.Null(await Patience.OnThread(() => successor.TryTake(Timeout.InfiniteTimeSpan)).Soon());
        Assert.NotNull(await watch.ReadAsync().Soon());
        Assert.Null(await watch.ReadAsync().Soon());
    }

    [Fact]
    public async Task Watch_can_be_disposed_of_while_there_is_no_daemon()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(new XenStoreOptions { ConnectTimeout = Patience.Limit });
        var peer = endpoint.Accept();
        peer.Serve(new FakeStore().Answer);
        var watch = await client.OpenWatchAsync("/watched").Soon();
        endpoint.Refuses = true;
        peer.Close();
        await Patience.Until(() => endpoint.Attempts > 2);
        await watch.DisposeAsync().Soon();
        Assert.NotNull(await watch.ReadAsync().Soon());
        Assert.Null(await watch.ReadAsync().Soon());
    }

    [Fact]
    public async Task Watch_that_is_disposed_of_while_it_is_set_again_is_ended_at_the_daemon()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect();
        var peer = endpoint.Accept();
        peer.Serve(new FakeStore().Answer);
        await using var stays = await client.OpenWatchAsync("/stays").Soon();
        var watch = await client.OpenWatchAsync("/watched").Soon();
        peer.Close();
        var successor = endpoint.Accept();
        var requests = successor.Take(2);
        var disposal = watch.DisposeAsync().AsTask();
        successor.Send(requests.SelectMany(new FakeStore().Answer));
        // Whoever saw it first ends it.
        for (var unwatch = successor.Take(); ; unwatch = successor.Take())
        {
            successor.Send(unwatch.Answer("OK\0"));
            if (unwatch.Type == Store.Protocol.MessageType.Unwatch && unwatch.Subject == "/watched")
                break;
        }

        successor.Serve(new FakeStore().Answer);
        await disposal.Soon();
    }

    private static async Task EndsAll(XenStoreClient client, Peer peer, bool isTaken)
    {
        List<Task> all = [];
        for (var i = 0; i < 4; i++)
        {
            all.Add(client.ReadAsync("/a").AsTask());
            all.Add(Patience.OnThread(() => client.Read("/b")));
            all.Add(client.ReadManyAsync(["/c", "/d", "/e", "/f"]).AsTask());
            all.Add(client.BeginTransactionAsync().AsTask());
            all.Add(client.OpenWatchAsync("/g").AsTask());
        }

        if (isTaken)
            peer.Take(3);
        else
            await Patience.Until(() => peer.Incoming.Count == 5);
        client.Dispose();
        foreach (var task in all)
            await Assert.ThrowsAsync<ObjectDisposedException>(() => task.Soon());
    }
}

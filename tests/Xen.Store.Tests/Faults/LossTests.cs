using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xen.Store.Protocol;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Faults;

/// <summary>What becomes of requests when the connection is lost.</summary>
public sealed class LossTests
{
    [Fact]
    public async Task Request_that_was_sent_fails_and_says_so()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect();
        var peer = endpoint.Accept();
        var read = client.ReadAsync("/a").AsTask();
        var write = Patience.OnThread(() => client.Write("/b", "value"));
        peer.Take(2);
        peer.Close();
        Assert.True((await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => read.Soon())).WasSent);
        Assert.True((await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => write.Soon())).WasSent);
        Assert.Equal(1, endpoint.Attempts);
    }

    [Fact]
    public async Task Request_that_was_not_sent_says_so()
    {
        // The first request fills the way to the daemon, the second one is on it, the third one waits behind.
        var endpoint = new FakeEndpoint { Room = MessageHeader.Size + 3 };
        using var client = endpoint.Connect(new XenStoreOptions { Reconnect = false, InlineWait = TimeSpan.Zero });
        var peer = endpoint.Accept();
        var one = client.ReadAsync("/1").AsTask();
        var other = client.WriteAsync("/2", "value").AsTask();
        var third = client.WriteAsync("/3", "value").AsTask();
        peer.Close();
        Assert.True((await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => one.Soon())).WasSent);
        await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => other.Soon());
        var lost = await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => third.Soon());
        Assert.False(lost.WasSent);
        Assert.Contains("was not sent", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_that_was_not_sent_goes_over_the_next_connection()
    {
        var endpoint = new FakeEndpoint { Room = MessageHeader.Size + 3 };
        using var client = endpoint.Connect(new XenStoreOptions { InlineWait = TimeSpan.Zero });
        var peer = endpoint.Accept();
        var one = client.ReadAsync("/1").AsTask();
        var other = client.ReadAsync("/2").AsTask();
        var third = client.WriteAsync("/3", "value").AsTask();
        peer.Close();
        var successor = endpoint.Accept();
        successor.Serve(new FakeStore().Answer);
        await third.Soon();
        await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => one.Soon());
        await Task.WhenAny(other).Soon();
    }

    [Fact]
    public async Task What_changes_nothing_is_sent_again_if_the_options_say_so()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(new XenStoreOptions { RetryIdempotent = true });
        var peer = endpoint.Accept();
        var read = client.ReadAsync("/a").AsTask();
        var list = Patience.OnThread(() => client.List("/b"));
        var write = client.WriteAsync("/c", "value").AsTask();
        var many = client.ReadManyAsync(["/d", "/e"]).AsTask();
        var writes = client.WriteManyAsync([new KeyValuePair<string, string>("/f", "value")]).AsTask();
        peer.Take(6);
        peer.Close();
        endpoint.Accept().Serve(new FakeStore().Answer);
        Assert.Equal(FakeStore.ValueOf("/a"), await read.Soon());
        Assert.Equal(["OK"], await list.Soon());
        Assert.Equal([FakeStore.ValueOf("/d"), FakeStore.ValueOf("/e")], (await many.Soon()).Select(static value => value!));
        Assert.True((await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => write.Soon())).WasSent);
        Assert.True((await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => writes.Soon())).WasSent);
    }

    [Fact]
    public async Task Daemon_that_closes_every_connection_is_not_asked_for_ever()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(new XenStoreOptions { RetryIdempotent = true });
        using var closer = new PeerCloser(endpoint);
        await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => client.ReadAsync("/a").Soon());
        await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => client.ReadManyAsync(["/a"]).Soon());
        await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => Patience.OnThread(() => client.Read("/a")).Soon());
    }

    [Fact]
    public async Task Transaction_is_lost_with_its_connection()
    {
        var endpoint = new FakeEndpoint();
        var store = new FakeStore();
        using var client = endpoint.Connect(new XenStoreOptions { RetryIdempotent = true });
        var peer = endpoint.Accept();
        var begin = client.BeginTransactionAsync().AsTask();
        peer.Send(store.Answer(peer.Take()));
        await using var transaction = await begin.Soon();
        var read = transaction.ReadAsync("/a").AsTask();
        Assert.Equal(transaction.Id, peer.Take().Header.TransactionId);
        peer.Close();
        Assert.True((await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => read.Soon())).WasSent);
        endpoint.Answer = store.Answer;
        Assert.Equal(FakeStore.ValueOf("/b"), await client.ReadAsync("/b").Soon());
        foreach (Func<Task> act in new Func<Task>[]
        {
            () => transaction.ReadAsync("/a").Soon(),
            () => transaction.ReadManyAsync(["/a"]).Soon(),
            () => Patience.OnThread(() => transaction.Write("/a", "value")).Soon(),
            () => transaction.CommitAsync().Soon(),
        })
        {
            Assert.False((await Assert.ThrowsAsync<XenStoreDisconnectedException>(act)).WasSent);
        }
    }

    [Fact]
    public async Task Without_reconnection_every_later_request_fails_and_watches_end()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(new XenStoreOptions { Reconnect = false });
        var peer = endpoint.Accept();
        peer.Serve(new FakeStore().Answer);
        await using var watch = await client.OpenWatchAsync("/watched").Soon();
        Assert.NotNull(await watch.ReadAsync().Soon());
        var wait = watch.ReadAsync().AsTask();
        peer.Close();
        await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => wait.Soon());
        await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => watch.ReadAsync().Soon());
        Assert.False((await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => client.ReadAsync("/a").Soon())).WasSent);
        await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => Patience.OnThread(() => client.Read("/a")).Soon());
        await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => client.OpenWatchAsync("/a").Soon());
        Assert.Equal(1, endpoint.Attempts);
    }

    [Fact]
    public async Task Request_waits_for_a_connection_as_long_as_the_options_say()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(new XenStoreOptions { ConnectTimeout = TimeSpan.FromMilliseconds(50) });
        endpoint.Refuses = true;
        endpoint.Accept().Close();
        await Assert.ThrowsAnyAsync<XenStoreException>(() => client.ReadAsync("/a").Soon());
        var failure = await Assert.ThrowsAsync<XenStoreConnectException>(() => client.ReadAsync("/a").Soon());
        Assert.Equal("fake", failure.Endpoint);
        await Assert.ThrowsAsync<XenStoreConnectException>(() => Patience.OnThread(() => client.Read("/a")).Soon());
        endpoint.Answer = new FakeStore().Answer;
        endpoint.Refuses = false;
        // The attempt that is under way may pause for longer than this client's requests wait.
        Assert.Equal(FakeStore.ValueOf("/a"), await UntilConnected().Soon());

        async Task<string> UntilConnected()
        {
            while (true)
            {
                try
                {
                    return await client.ReadAsync("/a");
                }
                catch (XenStoreConnectException)
                {
                }
            }
        }
    }

    [Fact]
    public async Task Requests_that_wait_for_a_connection_are_answered_by_it()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(new XenStoreOptions { RetryIdempotent = true, ConnectTimeout = Patience.Limit });
        endpoint.Refuses = true;
        endpoint.Accept().Close();
        var reads = Enumerable.Range(0, 50).Select(number => number % 2 == 0
            ? client.ReadAsync($"/{number}").AsTask() : Patience.OnThread(() => client.Read($"/{number}"))).ToArray();
        await Patience.Until(() => endpoint.Attempts > 3);
        endpoint.Answer = new FakeStore().Answer;
        endpoint.Refuses = false;
        for (var number = 0; number < reads.Length; number++)
            Assert.Equal(FakeStore.ValueOf($"/{number}"), await reads[number].Soon());
    }

    /// <summary>Closes every connection at its first request.</summary>
    private sealed class PeerCloser : IDisposable
    {
        private volatile bool _isDone;

        internal PeerCloser(FakeEndpoint endpoint) => Patience.OnThread(() =>
        {
            while (!_isDone)
            {
                var peer = endpoint.Accept();
                peer.TryTake(TimeSpan.FromSeconds(1));
                peer.Close();
            }
        });

        public void Dispose() => _isDone = true;
    }
}

using System;
using System.Threading.Tasks;
using Xen.Store.Protocol;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Faults;

/// <summary>A daemon that does not answer in time.</summary>
public sealed class TimeoutTests
{
    private static readonly XenStoreOptions s_brief = new() { RequestTimeout = TimeSpan.FromMilliseconds(40) };

    [Fact]
    public async Task Late_answer_is_taken_and_nobody_told()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(s_brief);
        var peer = endpoint.Accept();
        var timeout = await Assert.ThrowsAsync<XenStoreTimeoutException>(() => client.WriteAsync("/a", "1").Soon());
        Assert.Contains("write", timeout.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<XenStoreTimeoutException>(() => Patience.OnThread(() => client.Read("/b")).Soon());
        await Assert.ThrowsAsync<XenStoreTimeoutException>(() => client.ReadManyAsync(["/c", "/d"]).Soon());
        peer.Serve(new FakeStore().Answer);
        Assert.Equal(FakeStore.ValueOf("/e"), await client.ReadAsync("/e").Soon());
        Assert.Equal(1, endpoint.Attempts);
    }

    [Fact]
    public async Task Wait_for_room_is_limited_too()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(s_brief with { MaximumRequestsInFlight = 1 });
        await Assert.ThrowsAsync<XenStoreTimeoutException>(() => client.ReadAsync("/a").Soon());
        await Assert.ThrowsAsync<XenStoreTimeoutException>(() => client.ReadAsync("/b").Soon());
        await Assert.ThrowsAsync<XenStoreTimeoutException>(() => client.ReadManyAsync(["/c", "/d"]).Soon());
        await Assert.ThrowsAsync<XenStoreTimeoutException>(() => Patience.OnThread(() => client.Read("/e")).Soon());
        endpoint.Accept().Serve(new FakeStore().Answer);
        Assert.Equal(FakeStore.ValueOf("/f"), await client.ReadAsync("/f").Soon());
    }

    [Fact]
    public async Task Synchronous_caller_is_not_held_by_a_daemon_that_takes_nothing()
    {
        var endpoint = new FakeEndpoint { Room = 1 };
        using var client = endpoint.Connect(s_brief);
        await Assert.ThrowsAsync<XenStoreTimeoutException>(() => Patience.OnThread(() => client.Read("/a")).Soon());
        await Assert.ThrowsAsync<XenStoreTimeoutException>(() => Patience.OnThread(() => client.Read("/b")).Soon());
        endpoint.Accept().Serve(new FakeStore().Answer);
        Assert.Equal(FakeStore.ValueOf("/c"), await client.ReadAsync("/c").Soon());
    }

    [Fact]
    public async Task Watches_are_set_again_on_another_connection_if_one_does_not_answer()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(s_brief);
        var peer = endpoint.Accept();
        peer.Serve(new FakeStore().Answer);
        await using var watch = await client.OpenWatchAsync("/watched").Soon();
        Assert.Equal(XenStoreWatchEventKind.Initial, (await watch.ReadAsync().Soon())!.Value.Kind);
        peer.Close();
        endpoint.Accept();
        endpoint.Accept().Serve(new FakeStore().Answer);
        Assert.Equal(XenStoreWatchEventKind.Rearmed, (await watch.ReadAsync().Soon())!.Value.Kind);
    }

    [Fact]
    public async Task Watch_that_the_daemon_may_set_yet_is_ended()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(s_brief);
        var peer = endpoint.Accept();
        await Assert.ThrowsAsync<XenStoreTimeoutException>(() => client.OpenWatchAsync("/watched").Soon());
        var requests = peer.Take(2);
        Assert.Equal((MessageType.Watch, MessageType.Unwatch), (requests[0].Type, requests[1].Type));
        Assert.Equal(requests[0].Text, requests[1].Text);
    }
}

using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store;
using Xen.Store.Protocol;
using Xen.Sys;
using Xen.Testing.Store;

namespace Xen.Testing.Tests.Store;

/// <summary>Connections to the store in memory.</summary>
public sealed class InMemoryXenStoreTests
{
    private static readonly byte[] ReadTool = TransportTalk.Request(MessageType.Read, "/tool|");

    private readonly InMemoryXenStore _store = new();

    [Fact]
    public void Request_may_come_byte_by_byte()
    {
        using var transport = _store.Connect();
        foreach (var value in TransportTalk.Request(MessageType.Directory, "/|"))
            Assert.Equal(1, transport.Send([value], TimeSpan.Zero));
        Assert.Equal("tool|", TransportTalk.Receive(transport).Text);
    }

    [Fact]
    public void Receive_waits_as_long_as_it_is_told()
    {
        using var transport = _store.Connect();
        var buffer = new byte[100];
        Assert.Equal(-1, transport.Receive(buffer, TimeSpan.Zero));
        Assert.Equal(-1, transport.Receive(buffer, TimeSpan.FromMilliseconds(1)));
        transport.Send(ReadTool, TimeSpan.Zero);
        Assert.Equal(MessageHeader.Size, transport.Receive(buffer, TimeSpan.Zero));
    }

    [Fact]
    public async Task Disposal_ends_a_wait()
    {
        var transport = _store.Connect();
        var receiving = Task.Run(() => transport.Receive(new byte[10], Timeout.InfiniteTimeSpan));
        transport.Dispose();
        Assert.Equal(0, await receiving.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.Throws<IOException>(() => transport.Send(ReadTool, TimeSpan.Zero));
        Assert.Equal(0, _store.ConnectionCount);
    }

    [Fact]
    public async Task Paused_store_lets_senders_wait_and_answers_when_it_goes_on()
    {
        using var transport = _store.Connect();
        _store.Pause();
        var sent = 0;
        while (transport.Send(ReadTool, TimeSpan.Zero) is var taken && taken == ReadTool.Length)
            sent++;
        Assert.InRange(sent, 100, 1000);
        var waiting = Task.Run(() => transport.Send(ReadTool, Timeout.InfiniteTimeSpan));
        Assert.Equal(-1, transport.Receive(new byte[10], TimeSpan.Zero));
        _store.Resume();
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken) > 0);
        for (var count = 0; count < sent; count++)
            TransportTalk.Receive(transport);
    }

    [Fact]
    public void Requests_of_a_domain_wait_while_it_does_not_take_its_replies()
    {
        using var guest = _store.Connect(new DomainId(5));
        for (uint id = 1; id <= 25; id++)
            guest.Send(TransportTalk.Request(MessageType.GetDomainPath, "5|", id), TimeSpan.Zero);
        for (uint id = 1; id <= 25; id++)
            Assert.Equal(id, TransportTalk.Receive(guest).Header.RequestId);

        using var tool = _store.Connect();
        TransportTalk.Ask(tool, MessageType.Write, "/shared|0");
        TransportTalk.Ask(tool, MessageType.SetPermissions, "/shared|b0|");
        for (uint id = 1; id <= 25; id++)
            guest.Send(TransportTalk.Request(MessageType.Write, $"/shared|{id}", id), TimeSpan.Zero);
        Assert.Equal("20", TransportTalk.Ask(tool, MessageType.Read, "/shared|"));
        TransportTalk.Receive(guest);
        Assert.Equal("21", TransportTalk.Ask(tool, MessageType.Read, "/shared|"));
    }

    [Fact]
    public void Message_that_is_too_long_ends_the_connection_after_what_came_before()
    {
        using var transport = _store.Connect();
        var tooLong = new byte[MessageHeader.Size];
        new MessageHeader(MessageType.Read, 2, 0, XenStoreLimits.MaximumPayload + 1).Write(tooLong);
        transport.Send([.. ReadTool, .. tooLong], TimeSpan.Zero);
        TransportTalk.Receive(transport);
        Assert.Equal(0, transport.Receive(new byte[10], Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public void Event_that_waits_already_is_not_sent_again()
    {
        using var watcher = _store.Connect();
        using var writer = _store.Connect();
        TransportTalk.Ask(watcher, MessageType.Watch, "/a|t|");
        TransportTalk.Receive(watcher);
        for (var count = 0; count < 1000; count++)
            TransportTalk.Ask(writer, MessageType.Write, "/a|x");
        Assert.Equal("/a|t|", TransportTalk.Receive(watcher).Text);
        Assert.Equal(-1, watcher.Receive(new byte[10], TimeSpan.Zero));
        TransportTalk.Ask(writer, MessageType.Write, "/a|x");
        Assert.Equal("/a|t|", TransportTalk.Receive(watcher).Text);
    }

    [Fact]
    public void Endpoint_connects_again_after_the_store_was_gone()
    {
        var endpoint = _store.Endpoint();
        Assert.Equal("memory", endpoint.Name);
        using var first = endpoint.Open();
        TransportTalk.Ask(first, MessageType.Write, "/a|kept");
        _store.DisconnectAll();
        Assert.Equal(0, first.Receive(new byte[10], Timeout.InfiniteTimeSpan));
        _store.RefusesConnections = true;
        Assert.Throws<XenStoreConnectException>(() => endpoint.Open());
        _store.RefusesConnections = false;
        using var second = endpoint.Open();
        Assert.Equal("kept", TransportTalk.Ask(second, MessageType.Read, "/a|"));
        _store.Restart();
        using var third = endpoint.Open();
        Assert.Equal("ENOENT|", TransportTalk.Ask(third, MessageType.Read, "/a|"));
    }

    [Fact]
    public void Domain_that_is_destroyed_loses_its_connection_and_others_hear_of_it()
    {
        using var tool = _store.Connect();
        TransportTalk.Ask(tool, MessageType.Watch, "@releaseDomain|t|");
        TransportTalk.Receive(tool);
        using var guest = _store.Connect(new DomainId(5));
        _store.ShutdownDomain(new DomainId(5));
        Assert.Equal("@releaseDomain|t|", TransportTalk.Receive(tool).Text);
        Assert.Equal("/local/domain/5|", TransportTalk.Ask(guest, MessageType.GetDomainPath, "5|"));
        _store.DestroyDomain(new DomainId(5));
        Assert.Equal("@releaseDomain|t|", TransportTalk.Receive(tool).Text);
        Assert.Equal(0, guest.Receive(new byte[10], Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public async Task Connections_of_many_threads_do_not_disturb_each_other()
    {
        await Task.WhenAll(Enumerable.Range(1, 4).Select(thread => Task.Run(() =>
        {
            using var transport = _store.Connect();
            for (var count = 0; count < 2000; count++)
            {
                TransportTalk.Ask(transport, MessageType.Write, $"/t{thread}/n{count % 50}|{count}");
                Assert.Equal($"{count}", TransportTalk.Ask(transport, MessageType.Read, $"/t{thread}/n{count % 50}|"));
            }
        })));
        Assert.Equal(3 + (4 * 51), _store.State.NodeCount);
    }
}

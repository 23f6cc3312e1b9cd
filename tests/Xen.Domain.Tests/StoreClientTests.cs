using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using Xen.Domain.Tests.Support;
using Xen.Store;
using Xen.Store.Protocol;
using Xen.Sys;
using Xen.Testing.Store;

namespace Xen.Domain.Tests;

/// <summary>A client on a ring: against the store in memory, in pieces of every size, and against a daemon gone mad.</summary>
// SAFETY: the page is the machine's until it is disposed of, and places are taken modulo the size.
public sealed unsafe class StoreClientTests : IDisposable
{
    private static readonly DomainId s_self = new(5);

    private readonly TestMachine _machine = new();
    private readonly InMemoryXenStore _store = new();
    private readonly byte[] _memory = new byte[StoreClient.MemoryLength];

    public StoreClientTests()
    {
        _store.CreateDomain(s_self);
        using var toolstack = new StoreTool(_store);
        toolstack.Ask(MessageType.MakeDirectory, "/local/domain/5\0");
        toolstack.Ask(MessageType.SetPermissions, "/local/domain/5\0n5\0");
    }

    public static TheoryData<int> Chunks => [1, 2, 3, 5, 15, 16, 17, 100, 1023, 1024, 5000];

    public void Dispose() => _machine.Dispose();

    [Theory]
    [MemberData(nameof(Chunks))]
    public void What_is_written_is_read_and_listed(int chunk)
    {
        _machine.Serve(_store, s_self, chunk);
        var platform = new TestPlatform(_machine);
        var client = StoreClient.Open(ref platform, _memory);
        var values = new Dictionary<string, byte[]>();
        var random = new Random(chunk);
        foreach (var name in new[] { "a", "bc", "longer-name" })
        {
            var value = new byte[random.Next(2048)];
            random.NextBytes(value);
            values.Add(name, value);
            Assert.True(client.Write(ref platform, default(NoXen), Encoding.ASCII.GetBytes("data/" + name), value).IsDone);
        }

        foreach (var (name, expected) in values)
        {
            var result = client.Read(ref platform, default(NoXen), Encoding.ASCII.GetBytes("data/" + name), out var value);
            Assert.True(result.IsDone);
            Assert.Equal(expected, value.ToArray());
        }

        Assert.True(client.Directory(ref platform, default(NoXen), "/local/domain/5/data"u8, out var names).IsDone);
        var listed = new List<string>();
        foreach (var name in names)
            listed.Add(Encoding.ASCII.GetString(name));
        Assert.Equal(values.Keys.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Longest_payload_goes_out_and_comes_back()
    {
        _machine.Serve(_store, s_self, chunk: 700);
        var platform = new TestPlatform(_machine);
        var client = StoreClient.Open(ref platform, _memory);
        var value = new byte[XenStoreLimits.MaximumPayload - "a\0".Length];
        value.AsSpan().Fill((byte)'v');
        var result = client.Write(ref platform, default(NoXen), "a"u8, value);
        // The store's quota is lower than the protocol's limit: what matters is that all of it got there.
        Assert.Equal((StoreStatus.Refused, XenStoreError.QuotaExceeded), (result.Status, result.Error));

        result = client.Write(ref platform, default(NoXen), "ab"u8, value);
        Assert.Equal(StoreStatus.TooLong, result.Status);
        Assert.True(client.Write(ref platform, default(NoXen), "a"u8, value.AsSpan(0, 2000)).IsDone);
    }

    [Fact]
    public void Refusal_has_the_error_that_the_daemon_names()
    {
        _machine.Serve(_store, s_self, chunk: 16);
        var platform = new TestPlatform(_machine);
        var client = StoreClient.Open(ref platform, _memory);
        var result = client.Read(ref platform, default(NoXen), "none"u8, out var value);
        Assert.Equal((StoreStatus.Refused, XenStoreError.NotFound), (result.Status, result.Error));
        Assert.True(value.IsEmpty);
        result = client.Read(ref platform, default(NoXen), "/local/domain/6/name"u8, out _);
        Assert.Equal((StoreStatus.Refused, XenStoreError.AccessDenied), (result.Status, result.Error));
    }

    [Fact]
    public void Silent_daemon_is_given_up_and_its_late_answer_is_nobodys()
    {
        var platform = new TestPlatform(_machine);
        var client = StoreClient.Open(ref platform, _memory);
        Assert.Equal(StoreStatus.TimedOut, client.Read(ref platform, default(NoXen), "name"u8, out _).Status);
        _machine.Serve(_store, s_self, chunk: 16);
        Assert.True(client.Write(ref platform, default(NoXen), "name"u8, "monitor"u8).IsDone);
        Assert.True(client.Read(ref platform, default(NoXen), "name"u8, out var name).IsDone);
        Assert.Equal("monitor"u8, name);
    }

    [Fact]
    public void Request_that_went_out_in_part_leaves_a_stream_of_no_use()
    {
        var platform = new TestPlatform(_machine);
        var client = StoreClient.Open(ref platform, _memory);
        var result = client.Write(ref platform, default(NoXen), "a"u8, new byte[2000]);
        Assert.Equal(StoreStatus.TimedOut, result.Status);
        Assert.Equal(StoreStatus.Broken, client.Read(ref platform, default(NoXen), "a"u8, out _).Status);
        Assert.Equal(StoreStatus.Broken, client.Reconnect(ref platform, default(NoXen)).Status);
    }

    [Fact]
    public void Reconnection_begins_anew_with_empty_rings()
    {
        var platform = new TestPlatform(_machine);
        var client = StoreClient.Open(ref platform, _memory);
        Assert.Equal(
            StoreStatus.TimedOut, client.Write(ref platform, default(NoXen), "a"u8, new byte[2000]).Status);

        var page = _machine.Store;
        page->server_features = XenAbi.XENSTORE_SERVER_FEATURE_RECONNECTION;
        _machine.Daemon = () =>
        {
            Assert.Equal((uint)XenAbi.XENSTORE_RECONNECT, page->connection);
            (page->req_cons, page->req_prod, page->rsp_cons, page->rsp_prod) = (0, 0, 0, 0);
            Volatile.Write(ref page->connection, XenAbi.XENSTORE_CONNECTED);
            return true;
        };
        Assert.True(client.Reconnect(ref platform, default(NoXen)).IsDone);
        _machine.Serve(_store, s_self, chunk: 100);
        Assert.True(client.Write(ref platform, default(NoXen), "a"u8, "1"u8).IsDone);
    }

    [Fact]
    public void Domain_without_a_store_is_told_so()
    {
        _machine.HasStore = false;
        var platform = new TestPlatform(_machine);
        var client = StoreClient.Open(ref platform, _memory);
        Assert.Equal(StoreStatus.Absent, client.Read(ref platform, default(NoXen), "name"u8, out _).Status);
        Assert.Equal(StoreStatus.Absent, client.Reconnect(ref platform, default(NoXen)).Status);
    }

    [Fact]
    public void Daemon_that_sends_anything_gets_no_further_than_a_status()
    {
        var random = new Random(20_261_201);
        var seen = new Dictionary<StoreStatus, int>();
        for (var i = 0; i < 20_000; i++)
        {
            var page = _machine.Store;
            *page = default;
            var isSane = random.Next(2) == 0;
            var bytes = new byte[random.Next(1, 200)];
            _machine.Daemon = () =>
            {
                if (random.Next(20) == 0)
                    return false;
                page->req_cons = isSane || random.Next(50) != 0 ? page->req_prod : (uint)random.Next();
                Send(page, Messages(random, bytes));
                if (!isSane && random.Next(10) == 0)
                    page->rsp_prod += (uint)random.Next();
                return random.Next(2) == 0;
            };
            var platform = new TestPlatform(_machine);
            var client = StoreClient.Open(ref platform, _memory);
            client.Patience = 100_000;
            for (var request = 0; request < 3; request++)
            {
                var result = client.Read(ref platform, default(NoXen), "name"u8, out var value);
                Assert.InRange(value.Length, 0, result.IsDone ? XenStoreLimits.MaximumPayload : 0);
                seen[result.Status] = seen.GetValueOrDefault(result.Status) + 1;
            }
        }

        Assert.All(
            [StoreStatus.Done, StoreStatus.Refused, StoreStatus.TimedOut, StoreStatus.Broken],
            status => Assert.InRange(seen.GetValueOrDefault(status), 100, int.MaxValue));
    }

    // Headers that are right now and then, and bytes.
    private static ReadOnlySpan<byte> Messages(Random random, byte[] bytes)
    {
        random.NextBytes(bytes);
        if (random.Next(8) == 0 || bytes.Length < MessageHeader.Size)
            return bytes;
        var type = random.Next(4) switch
        {
            0 => MessageType.Error,
            1 => MessageType.WatchEvent,
            _ => MessageType.Read,
        };
        var length = random.Next(30) == 0 ? (uint)random.Next() : (uint)(bytes.Length - MessageHeader.Size);
        new MessageHeader(type, (uint)random.Next(4), 0, length).Write(bytes);
        return bytes;
    }

    private static void Send(xenstore_domain_interface* page, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (page->rsp_prod - page->rsp_cons >= StoreRing.Size)
                return;
            ((byte*)&page->rsp)[page->rsp_prod % StoreRing.Size] = value;
            Volatile.Write(ref page->rsp_prod, page->rsp_prod + 1);
        }
    }
}

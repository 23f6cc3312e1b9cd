using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using Xen.Store.Protocol;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Faults;

/// <summary>The transport of the xenbus device, over a file that can be read and written as one: half a pair of sockets.</summary>
public sealed class XenbusTransportTests : IDisposable
{
    private const int LocalFamily = 1;
    private const int StreamType = 1;

    private readonly XenbusTransport _transport;
    private readonly Socket _other;

    public XenbusTransportTests()
    {
        var files = new int[2];
        Assert.Equal(0, socketpair(LocalFamily, StreamType, 0, files));
        _transport = new XenbusTransport(new SafeFileHandle(files[0], ownsHandle: true));
        _other = new Socket(new SafeSocketHandle(files[1], ownsHandle: true));
    }

    public void Dispose()
    {
        _transport.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void Bytes_go_both_ways()
    {
        Assert.Equal(5, _transport.Send("hello"u8, TimeSpan.Zero));
        var buffer = new byte[10];
        Assert.Equal(5, _other.Receive(buffer));
        Assert.Equal("hello"u8.ToArray(), buffer[..5]);
        _other.Send("world"u8);
        Assert.Equal(5, _transport.Receive(buffer, Timeout.InfiniteTimeSpan));
        Assert.Equal("world"u8.ToArray(), buffer[..5]);
    }

    [Fact]
    public void Nothing_in_time_is_less_than_the_end()
    {
        var buffer = new byte[10];
        Assert.Equal(-1, _transport.Receive(buffer, TimeSpan.Zero));
        Assert.Equal(-1, _transport.Receive(buffer, TimeSpan.FromTicks(1)));
        Assert.Equal(-1, _transport.Receive(buffer, TimeSpan.FromMilliseconds(2)));
        _other.Dispose();
        Assert.Equal(0, _transport.Receive(buffer, TimeSpan.Zero));
        Assert.Equal(0, _transport.Receive(buffer, Timeout.InfiniteTimeSpan));
        Assert.Throws<IOException>(() => _transport.Send("x"u8, TimeSpan.Zero));
    }

    [Fact]
    public void Request_that_the_kernel_refuses_has_an_answer_like_the_daemons()
    {
        // A file that refuses every write with ENOSPC, as the kernel's device does some.
        using var transport = XenStoreEndpoint.Xenbus("/dev/full").Open();
        var request = Packet.Make(MessageType.Watch, 77, "/a\0token\0").ToBytes();
        Assert.Equal(request.Length, transport.Send(request, Timeout.InfiniteTimeSpan));

        var incoming = new MessageBuffer();
        incoming.Advance(transport.Receive(incoming.FreeSpace[..5], Timeout.InfiniteTimeSpan));
        incoming.Advance(transport.Receive(incoming.FreeSpace, TimeSpan.Zero));
        Assert.Equal(ParseStatus.Complete, incoming.Read(out var answer));
        Assert.Equal(MessageType.Error, answer.Header.Type);
        Assert.Equal(77u, answer.Header.RequestId);
        Assert.Equal(XenStoreError.QuotaExceeded, ErrorNames.Parse(answer.Payload));
    }

    [Fact]
    public async Task Disposal_ends_a_wait()
    {
        for (var round = 0; round < 50; round++)
        {
            using var tests = new XenbusTransportTests();
            var wait = Patience.OnThread(() => Ends(() => tests._transport.Receive(new byte[1], Timeout.InfiniteTimeSpan)));
            if (round % 2 == 0)
                await Task.Yield();
            tests._transport.Dispose();
            tests._transport.Dispose();
            Assert.True(await wait.Soon());
        }
    }

    [Fact]
    public async Task Client_works_over_it()
    {
        _ = Patience.OnThread(Serve);
        using var client = XenStoreClient.Connect(new XenStoreOptions { Endpoint = new Endpoint(_transport), Reconnect = false });
        Assert.Equal(FakeStore.ValueOf("/a"), await client.ReadAsync("/a").Soon());
        string[] paths = [.. Enumerable.Range(0, 300).Select(static number => $"/{number}")];
        Assert.Equal(paths.Select(FakeStore.ValueOf), await client.ReadManyAsync(paths).Soon());
        await using var watch = await client.OpenWatchAsync("/watched").Soon();
        Assert.NotNull(await watch.ReadAsync().Soon());
        var wait = watch.ReadAsync().AsTask();
        client.Dispose();
        Assert.Null(await wait.Soon());
    }

    private static bool Ends(Func<int> receive)
    {
        try
        {
            return receive() == 0;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return true;
        }
    }

    private void Serve()
    {
        var reader = new PacketReader();
        var store = new FakeStore();
        var buffer = new byte[4096];
        for (var count = _other.Receive(buffer); count > 0; count = _other.Receive(buffer))
        {
            foreach (var answer in reader.Add(buffer.AsSpan(0, count)).SelectMany(store.Answer))
                _other.Send(answer.ToBytes());
        }
    }

    [DllImport("libc")]
    private static extern int socketpair(int family, int type, int protocol, int[] files);

    private sealed class Endpoint(IXenStoreTransport transport) : XenStoreEndpoint
    {
        public override string Name => "pair";

        public override IXenStoreTransport Open() => transport;
    }
}

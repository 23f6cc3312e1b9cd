using System;
using System.IO;
using System.Runtime.Versioning;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store;
using Xen.Store.Protocol;
using Xen.Testing.Store;

namespace Xen.Testing.Tests.Store;

/// <summary>The store behind a socket.</summary>
public sealed class XenStoreServerTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("xs-").FullName;
    private readonly InMemoryXenStore _store = new();
    private readonly XenStoreServer _server;

    public XenStoreServerTests() => _server = XenStoreServer.Start(_store, Path.Combine(_folder, "socket"));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private IXenStoreTransport Open() => XenStoreEndpoint.Unix(_server.Path).Open();

    [Fact]
    public void Requests_come_in_any_split()
    {
        using var transport = Open();
        byte[] requests =
        [
            .. TransportTalk.Request(MessageType.Write, "/a|value", 1), .. TransportTalk.Request(MessageType.Read, "/a|", 2),
        ];
        foreach (var value in requests)
            transport.Send([value], Limit);
        Assert.Equal("OK|", TransportTalk.Receive(transport).Text);
        Assert.Equal("value", TransportTalk.Receive(transport).Text);
        transport.Send([.. requests, .. requests, .. requests], Limit);
        for (var count = 0; count < 6; count++)
            Assert.Equal((uint)(count % 2) + 1, TransportTalk.Receive(transport).Header.RequestId);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Only_the_owner_may_use_the_socket() => Assert.Equal(
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_server.Path));

    [Fact]
    public void Socket_that_is_listened_at_is_not_taken()
    {
        Assert.Throws<IOException>(() => XenStoreServer.Start(_store, _server.Path));
        using var transport = Open();
        Assert.Equal("tool|", TransportTalk.Ask(transport, MessageType.Directory, "/|"));
    }

    [Fact]
    public void File_that_is_no_socket_is_not_taken()
    {
        var path = Path.Combine(_folder, "file");
        File.WriteAllText(path, "precious");
        Assert.Throws<IOException>(() => XenStoreServer.Start(_store, path));
        Assert.Equal("precious", File.ReadAllText(path));
    }

    [Fact]
    public void Killed_server_cuts_connections_and_refuses_until_it_is_restarted()
    {
        using var transport = Open();
        TransportTalk.Ask(transport, MessageType.Write, "/a|kept");
        transport.Send(TransportTalk.Request(MessageType.Read, "/a|").AsSpan(0, 10), Limit);
        _server.Kill();
        AssertEnded(transport);
        Assert.True(File.Exists(_server.Path));
        Assert.True(Assert.Throws<XenStoreConnectException>(Open).IsMissing);
        _server.Restart();
        Assert.Throws<InvalidOperationException>(_server.Restart);
        using var again = Open();
        Assert.Equal("kept", TransportTalk.Ask(again, MessageType.Read, "/a|"));
    }

    [Fact]
    public async Task Stale_socket_is_replaced_and_a_disposed_one_is_gone()
    {
        var path = Path.Combine(_folder, "other");
        var dead = XenStoreServer.Start(_store, path);
        dead.Kill();
        Assert.True(File.Exists(path));
        var server = XenStoreServer.Start(_store, path);
        await dead.DisposeAsync();
        Assert.True(File.Exists(path));
        await server.DisposeAsync();
        Assert.False(File.Exists(path));
        Assert.Equal(0, server.ConnectionCount);
    }

    [Fact]
    public async Task Client_that_never_reads_loses_its_connection()
    {
        var path = Path.Combine(_folder, "small");
        await using var server = XenStoreServer.Start(_store, path, outputLimit: 100_000);
        using var transport = XenStoreEndpoint.Unix(path).Open();
        var request = TransportTalk.Request(MessageType.Write, "/big|" + new string('x', 4000));
        transport.Send(request, Limit);
        var read = TransportTalk.Request(MessageType.Read, "/big|");
        Assert.Throws<IOException>(() =>
        {
            for (var count = 0; count < 1_000_000; count++)
                transport.Send(read, Limit);
        });
        using var other = Open();
        Assert.Equal("tool|big|", TransportTalk.Ask(other, MessageType.Directory, "/|"));
    }

    [Fact]
    public void Message_that_is_too_long_ends_the_connection_after_what_came_before()
    {
        using var transport = Open();
        var tooLong = new byte[MessageHeader.Size];
        new MessageHeader(MessageType.Read, 2, 0, uint.MaxValue).Write(tooLong);
        transport.Send([.. TransportTalk.Request(MessageType.Read, "/tool|"), .. tooLong], Limit);
        TransportTalk.Receive(transport);
        AssertEnded(transport);
    }

    [Fact]
    public async Task Half_a_message_and_the_end_leave_nothing_behind()
    {
        using (var transport = Open())
        {
            TransportTalk.Ask(transport, MessageType.Watch, "/a|t|");
            transport.Send(TransportTalk.Request(MessageType.Read, "/tool|").AsSpan(0, 17), Limit);
        }

        using var timeout = new CancellationTokenSource(Limit);
        while (_server.ConnectionCount + _store.ConnectionCount > 0)
            await Task.Delay(1, timeout.Token);
        Assert.Equal(0, _store.State.ConnectionCount);
    }

    [Fact]
    public void Noise_does_not_stop_the_server()
    {
        var random = new Random(20_261_126);
        var noise = new byte[3000];
        for (var count = 0; count < 300; count++)
        {
            random.NextBytes(noise);
            // Often a header that is good as far as it goes.
            if (count % 2 == 0)
                new MessageHeader((MessageType)random.Next(24), 1, 0, (uint)random.Next(5000)).Write(noise);
            using var transport = Open();
            try
            {
                transport.Send(noise.AsSpan(0, random.Next(noise.Length)), Limit);
            }
            catch (IOException)
            {
                // It had enough.
            }
        }

        using var other = Open();
        Assert.Equal("/local/domain/1|", TransportTalk.Ask(other, MessageType.GetDomainPath, "1|"));
    }

    // What the other side has not read when it closes is a reset for this one.
    private static void AssertEnded(IXenStoreTransport transport)
    {
        try
        {
            Assert.Equal(0, transport.Receive(new byte[10], Limit));
        }
        catch (IOException)
        {
            // So it is.
        }
    }
}

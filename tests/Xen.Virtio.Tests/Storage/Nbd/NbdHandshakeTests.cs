using System;
using System.Buffers.Binary;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Xen.Virtio.Storage;
using Xen.Virtio.Storage.Nbd;

namespace Xen.Virtio.Tests.Storage.Nbd;

/// <summary>The first bytes of a connection, when they are not what they should be.</summary>
public sealed class NbdHandshakeTests
{
    private const int Length = 64 << 10;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Server_that_ends_at_any_byte_is_a_clean_failure(bool go)
    {
        for (var limit = 0; ; limit++)
        {
            using var server = new NbdTestServer(
                Length, new NbdTestOptions { Go = go, NoZeroes = false, SendLimit = _ => limit });
            try
            {
                NbdBackend.Connect(server.Endpoint, NbdBackendTests.Quick).Dispose();
                Assert.InRange(limit, 60, 400);
                return;
            }
            catch (BlockBackendException e)
            {
                Assert.Contains(server.Endpoint.ToString(), e.Message, StringComparison.Ordinal);
            }
        }
    }

    // The second connection is cut at each byte, in either direction; the third serves.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Requests_survive_a_cut_at_any_byte(bool whileSending)
    {
        using var server = new NbdTestServer(Length);
        using var backend = NbdBackend.Connect(server.Endpoint, NbdBackendTests.Quick);
        var data = new byte[600];
        var read = new byte[600];
        var random = new Random(1);
        var cut = int.MaxValue;
        var cutConnection = -1;
        int Limit(int index) => index == cutConnection ? cut : int.MaxValue;
        if (whileSending)
            server.Options.SendLimit = Limit;
        else
            server.Options.ReceiveLimit = Limit;

        for (cut = 0; cut < 1500; cut += cut < 300 ? 1 : 97)
        {
            random.NextBytes(data);
            cutConnection = server.Connections;
            server.Disconnect();
            Assert.Equal(BlockResult.Success, backend.Write(cut, data));
            Assert.Equal(BlockResult.Success, backend.Read(cut, read));
            Assert.Equal(data, read);
            Assert.Equal(BlockResult.Success, backend.Flush());
            lock (server.Disk)
                Assert.Equal(data, server.Durable.AsSpan(cut, data.Length).ToArray());
        }
    }

    // Offsets of the answer to the first connection, each byte of which is changed in turn.
    [Fact]
    public void Changed_byte_of_the_handshake_never_does_more_than_fail()
    {
        for (var target = 0; target < 200; target++)
        {
            var position = 0;
            var options = new NbdTestOptions { Blocks = (1, 4096, 1 << 20) };
            options.Tamper = (_, bytes) =>
            {
                if (target >= position && target < position + bytes.Length)
                    bytes[target - position] ^= 0x81;
                position += bytes.Length;
            };
            using var server = new NbdTestServer(Length, options);
            try
            {
                var limits = new NbdOptions { ConnectTimeout = TimeSpan.FromMilliseconds(200) };
                NbdBackend.Connect(server.Endpoint, limits).Dispose();
            }
            catch (BlockBackendException)
            {
                // As good as an export of another size or with other flags.
            }
        }
    }

    [Fact]
    public void Server_that_says_nothing_is_given_up()
    {
        var path = Path.Combine(Path.GetTempPath(), $"nbd-{Guid.NewGuid():N}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var options = new NbdOptions { ConnectTimeout = TimeSpan.FromMilliseconds(50) };
        Assert.Throws<BlockBackendException>(() => NbdBackend.Connect(NbdEndpoint.Unix(path), options));
        File.Delete(path);
    }

    [Fact]
    public void Server_is_reached_by_tcp()
    {
        using var server = new NbdTestServer(Length);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var relay = new Thread(() => new NbdTestSession(server, listener.Accept(), 0).Run()) { IsBackground = true };
        relay.Start();
        using var backend = NbdBackend.Connect(NbdEndpoint.Tcp("127.0.0.1", port, "disk"));
        Assert.Equal(BlockResult.Success, backend.Write(0, new byte[] { 1, 2, 3 }));
        Assert.Equal(1, server.Bytes[0]);
    }

    [Theory]
    [InlineData("other", "no such export")]
    [InlineData("", "refuses")]
    public void Refused_export_says_why(string name, string expected)
    {
        using var server = new NbdTestServer(Length);
        var exception = Assert.Throws<BlockBackendException>(
            () => NbdBackend.Connect(NbdEndpoint.Unix(server.Endpoint.SocketPath!, name)));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_server_is_a_clean_failure() => Assert.Throws<BlockBackendException>(
        () => NbdBackend.Connect(NbdEndpoint.Unix("/nonexistent/socket")));

    [Theory]
    [InlineData(3u, 4096u, 1u << 20)] // no power of two
    [InlineData(0u, 4096u, 1u << 20)]
    [InlineData(1u << 17, 1u << 17, 1u << 20)] // too large
    [InlineData(4096u, 512u, 1u << 20)] // prefers less than it takes
    [InlineData(512u, 4096u, 1000u)] // no multiple
    [InlineData(512u, 4096u, 0u)]
    public void Impossible_block_sizes_are_refused(uint minimum, uint preferred, uint maximum)
    {
        using var server = new NbdTestServer(Length, new NbdTestOptions { Blocks = (minimum, preferred, maximum) });
        Assert.Throws<BlockBackendException>(() => NbdBackend.Connect(server.Endpoint));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(511)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    public void Impossible_size_is_refused(ulong size)
    {
        using var server = new NbdTestServer(Length, new NbdTestOptions { Size = size });
        Assert.Throws<BlockBackendException>(() => NbdBackend.Connect(server.Endpoint));
    }

    [Fact]
    public void Server_without_a_way_to_make_writes_durable_is_for_reading_only()
    {
        using var server = new NbdTestServer(Length, new NbdTestOptions { Flags = NbdExportFlags.HasFlags });
        Assert.Throws<BlockBackendException>(() => NbdBackend.Connect(server.Endpoint));
        using var backend = NbdBackend.Connect(server.Endpoint, new NbdOptions { ReadOnly = true });
        Assert.True(backend.IsReadOnly);
    }

    [Fact]
    public void Endless_description_is_refused()
    {
        var options = new NbdTestOptions();
        options.Tamper = (_, bytes) =>
        {
            // Every reply to GO becomes one of a kind that does not matter.
            if (bytes.Length >= 20 && BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(8)) == NbdProtocol.OptionGo)
                options.Repeat = 100;
        };
        using var server = new NbdTestServer(Length, options);
        Assert.Throws<BlockBackendException>(() => NbdBackend.Connect(server.Endpoint));
    }
}

using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using VirtioDisk.Disks;
using VirtioHosting;
using VirtioHosting.Control;
using VirtioHosting.Daemon;
using Xen.Testing.Virtio;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage.Qcow2;

namespace VirtioDisk.Tests;

/// <summary>The daemon's socket: what the tool asks, and what anybody else may send.</summary>
public sealed class ControlTests : IAsyncDisposable
{
    private readonly SimulatedHost _host = new();
    private ControlServer? _server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Socket => VirtioHosting.State.RunDirectory.SocketOf(_host.RunDirectory);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Stats_tell_what_disks_did()
    {
        var driver = await StartAsync();
        for (var sector = 0UL; sector < 10; sector++)
            Assert.Equal(BlockRequestStatus.Ok, driver.Read(sector, new byte[512]));
        Assert.Equal(BlockRequestStatus.Ok, driver.Write(0, new byte[1024]));
        var run = await RunAsync("stats", "--once", "--json");
        using var json = JsonDocument.Parse(run.Out);
        var disk = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal((5, 0, 10, 5120, 1024), (
            disk.GetProperty("domain").GetInt32(),
            disk.GetProperty("devid").GetInt32(),
            disk.GetProperty("read").GetProperty("count").GetInt32(),
            disk.GetProperty("read").GetProperty("bytes").GetInt32(),
            disk.GetProperty("write").GetProperty("bytes").GetInt32()));
        Assert.True(disk.GetProperty("read").GetProperty("p99Microseconds").GetDouble() > 0);
        var lines = (await RunAsync("stats", "--once")).Out.Split('\n');
        Assert.StartsWith("DOMAIN  DEVID  READ/s", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(_host.Folder["a.img"], lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Second_answer_on_a_connection_tells_what_happened_since_the_first()
    {
        var driver = await StartAsync();
        Assert.Equal(BlockRequestStatus.Ok, driver.Read(0, new byte[512]));
        await using var client = await ControlClient.ConnectAsync(DiskProgram.Name, _host.RunDirectory, Stop);
        foreach (var expected in (int[])[1, 0])
        {
            using var answer = await client.AskAsync("""{"command":"stats"}""", Stop);
            Assert.Equal(expected, answer.RootElement.GetProperty("disks")[0].GetProperty("read").GetProperty("count").GetInt32());
        }
    }

    [Fact]
    public async Task Resize_says_what_changed()
    {
        await StartAsync();
        var run = await RunAsync("resize", "--domain", "guest5");
        Assert.Equal((0, "virtio_disk/5/0: 2048 sectors, now 2048\n"), (run.Code, run.Out));
        Assert.Equal(1, (await RunAsync("resize", "--domain", "5", "--id", "7")).Code);
    }

    [Fact]
    public async Task Resize_says_that_a_qcow2_image_keeps_its_size()
    {
        await StartAsync();
        _host.CreateDomain(6);
        Qcow2Backend.Create(_host.Folder["b.qcow2"], new Qcow2CreateOptions { Size = 1 << 20 });
        await _host.AttachAsync("6", _host.Folder["b.qcow2"], "--format", "qcow2");
        const string Why = "still: a qcow2 image keeps its size while it is served";

        var run = await RunAsync("resize", "--domain", "6");
        Assert.Equal(1, run.Code);
        Assert.StartsWith($"virtio_disk/6/0: 2048 sectors, {Why}", run.Out, StringComparison.Ordinal);
        Assert.Contains("no disk was resized: only those on raw images and block devices", run.Error, StringComparison.Ordinal);

        // The other disk could have grown.
        run = await RunAsync("resize");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("virtio_disk/5/0: 2048 sectors, now 2048\n", run.Out, StringComparison.Ordinal);
        Assert.Contains(Why, run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resize_says_that_an_nbd_export_has_the_size_of_its_last_connection()
    {
        var image = _host.Folder.Image("a.img");
        _host.OpenImage = (spec, logging) => ImageOpener.Open(spec with { Format = ImageFormat.Raw, Location = image }, logging);
        _host.CreateDomain(5);
        await _host.AttachAsync("5", image, "--timeout", "0");
        await _host.Store.WriteAsync("/local/domain/0/backend/virtio_disk/5/0/format", "nbd", Stop);
        await StartDaemonAsync();
        var run = await RunAsync("resize", "--domain", "5");
        Assert.Equal(1, run.Code);
        Assert.Equal(
            "virtio_disk/5/0: 2048 sectors, still: an NBD export has the size that its server said at the last connection\n",
            run.Out);
    }

    [Theory]
    [InlineData("stats", "--once")]
    [InlineData("resize")]
    public async Task Without_a_daemon_the_exit_code_is_4(params string[] words)
    {
        var run = await RunAsync(words);
        Assert.Equal(4, run.Code);
        Assert.Contains("start `virtio-disk serve`", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task Socket_is_the_owners_alone()
    {
        await StartAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Socket));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_host.RunDirectory));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"stats\"")]
    [InlineData("{\"command\":5}")]
    [InlineData("{\"command\":\"format-everything\"}")]
    [InlineData("{\"command\":\"\\ud800\"}")]
    [InlineData("{\"command\":\"resize\",\"domain\":\"5\"}")]
    [InlineData("{\"command\":\"resize\",\"domain\":65536}")]
    [InlineData("{\"command\":\"resize\",\"devid\":-1}")]
    [InlineData("[[[[[[[[[[]]]]]]]]]]")]
    public async Task Request_that_is_none_is_refused_and_the_connection_goes_on(string line)
    {
        await StartAsync();
        await using var client = await ControlClient.ConnectAsync(DiskProgram.Name, _host.RunDirectory, Stop);
        await Assert.ThrowsAsync<ToolException>(() => client.AskAsync(line, Stop));
        (await client.AskAsync("""{"command":"stats"}""", Stop)).Dispose();
    }

    [Fact]
    public async Task Line_without_an_end_is_cut_off()
    {
        await StartAsync();
        using var socket = await ConnectAsync();
        await socket.SendAsync(new byte[4096], Stop);
        var answer = new byte[4096];
        var count = await socket.ReceiveAsync(answer, Stop);
        Assert.Contains("error", Encoding.UTF8.GetString(answer, 0, count), StringComparison.Ordinal);
        Assert.Equal(0, await socket.ReceiveAsync(answer, Stop));
    }

    [Fact]
    public async Task Random_bytes_and_sudden_ends_harm_nobody()
    {
        await StartAsync();
        var random = new Random(6);
        for (var round = 0; round < 60; round++)
        {
            using var socket = await ConnectAsync();
            var bytes = new byte[random.Next(1, 3000)];
            random.NextBytes(bytes);
            await socket.SendAsync(bytes, Stop);
            // Some end in the middle; fewer of them than there may be connections.
            if (round % 6 == 0)
                continue;
            await socket.SendAsync("\n"u8.ToArray(), Stop);
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(new byte[4096], Stop) > 0)
            {
                // Answers, until the daemon has ended the connection.
            }
        }

        Assert.Equal(0, (await RunAsync("stats", "--once")).Code);
    }

    [Fact]
    public async Task Connections_are_limited()
    {
        await StartAsync();
        var sockets = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            var socket = await ConnectAsync();
            // An answer says that it is being served.
            await socket.SendAsync("\n"u8.ToArray(), Stop);
            await socket.ReceiveAsync(new byte[100], Stop);
            return socket;
        }));
        using (var late = await ConnectAsync())
            Assert.Equal(0, await late.ReceiveAsync(new byte[1], Stop));
        foreach (var socket in sockets)
            socket.Dispose();
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), Stop);
        return socket;
    }

    private async Task<BlockDriver> StartAsync()
    {
        var domain = _host.CreateDomain(5);
        await StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("a.img"));
        var driver = new BlockDriver(new SimulatedGuest(domain).AddMmioDriver(0xd0000000, 5));
        driver.Start();
        return driver;
    }

    private async Task StartDaemonAsync()
    {
        await _host.StartDaemonAsync();
        _server = ControlServer.Start(
            Socket, () => DaemonProgram.Answers(DiskProgram.Create(), _host.Daemon), NullLogger.Instance);
    }

    private Task<ToolRun> RunAsync(params string[] words) =>
        ToolRun.OfAsync(_host.Memory.Endpoint(), [.. words, "--run-dir", _host.RunDirectory]);
}

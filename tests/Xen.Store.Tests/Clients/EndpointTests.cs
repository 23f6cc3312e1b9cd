using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Clients;

/// <summary>Ways to a store, and what is said when there is none.</summary>
public sealed class EndpointTests
{
    [Theory]
    [InlineData("unix:/run/xenstored/socket", "unix:/run/xenstored/socket")]
    [InlineData("unix:with:colon", "unix:with:colon")]
    [InlineData("xenbus", "xenbus")]
    [InlineData("xenbus:/dev/xen/xenbus", "xenbus")]
    [InlineData("xenbus:/proc/xen/xenbus", "xenbus:/proc/xen/xenbus")]
    public void Endpoint_is_read_from_a_users_words_and_says_them(string text, string name)
    {
        Assert.Equal(name, XenStoreEndpoint.Parse(text).Name);
        Assert.Equal(name, XenStoreEndpoint.Parse(XenStoreEndpoint.Parse(text).ToString()).Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("unix")]
    [InlineData("unix:")]
    [InlineData("xenbus:")]
    [InlineData("tcp:1")]
    [InlineData("/run/xenstored/socket")]
    public void Other_words_are_refused_with_advice(string text) => Assert.Contains(
        "unix:PATH", Assert.Throws<FormatException>(() => XenStoreEndpoint.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("unix:/nowhere/socket")]
    [InlineData("xenbus:/nowhere/xenbus")]
    [InlineData("xenbus:/nowhere")]
    public void Store_that_is_not_there_is_missing(string text)
    {
        var failure = Assert.Throws<XenStoreConnectException>(() => Connect(text));
        Assert.Equal((text, true, false), (failure.Endpoint, failure.IsMissing, failure.IsDenied));
        Assert.Contains(text, failure.Message, StringComparison.Ordinal);
        Assert.Contains("does xenstored run?", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Socket_that_nobody_serves_is_missing()
    {
        var directory = Directory.CreateTempSubdirectory("xs-");
        try
        {
            var path = Path.Combine(directory.FullName, "socket");
            using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
                socket.Bind(new UnixDomainSocketEndPoint(path));
            File.WriteAllText(Path.Combine(directory.FullName, "file"), "");
            Assert.True(Assert.Throws<XenStoreConnectException>(() => Connect($"unix:{directory.FullName}/file")).IsMissing);
            Assert.Throws<XenStoreConnectException>(() => Connect("unix:/" + new string('x', 200)));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Variable_of_the_environment_names_this_machines_store()
    {
        using var daemon = RealDaemon.Start(DaemonKind.C417);
        // Nothing else in this project asks for this machine's store.
        Environment.SetEnvironmentVariable("XENSTORED_PATH", daemon.SocketPath);
        await using var client = await XenStoreClient.ConnectAsync().AsTask().Soon();
        Environment.SetEnvironmentVariable("XENSTORED_PATH", null);
        Assert.Equal("/local/domain/0", await client.GetDomainPathAsync(default).Soon());
    }

    [Fact]
    public async Task Connection_that_is_made_too_late_is_closed()
    {
        using var gate = new ManualResetEventSlim();
        var inner = new FakeEndpoint();
        using var cancellation = new CancellationTokenSource();
        var connecting = XenStoreClient.ConnectAsync(
            new XenStoreOptions { Endpoint = new SlowEndpoint(inner, gate) }, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon());
        gate.Set();
        var peer = inner.Accept();
        Assert.Null(await Patience.OnThread(() => peer.TryTake(Timeout.InfiniteTimeSpan)).Soon());
    }

    private static void Connect(string text) =>
        XenStoreClient.Connect(new XenStoreOptions { Endpoint = XenStoreEndpoint.Parse(text) }).Dispose();

    private sealed class SlowEndpoint(XenStoreEndpoint inner, ManualResetEventSlim gate) : XenStoreEndpoint
    {
        public override string Name => "slow";

        public override IXenStoreTransport Open()
        {
            gate.Wait();
            return inner.Open();
        }
    }
}

using System;
using Xen.Virtio.Storage.Nbd;

namespace Xen.Virtio.Tests.Storage.Nbd;

public sealed class NbdEndpointTests
{
    [Theory]
    [InlineData("nbd://storage", "storage", 10809, "", "nbd://storage/")]
    [InlineData("nbd://storage/", "storage", 10809, "", "nbd://storage/")]
    [InlineData("nbd://storage/disk", "storage", 10809, "disk", "nbd://storage/disk")]
    [InlineData("NBD://10.0.0.1:1234/a/b", "10.0.0.1", 1234, "a/b", "nbd://10.0.0.1:1234/a%2Fb")]
    [InlineData("nbd://[::1]:7/x%20y", "::1", 7, "x y", "nbd://[::1]:7/x%20y")]
    [InlineData("nbd://[fe80::2]", "fe80::2", 10809, "", "nbd://[fe80::2]/")]
    public void Tcp_uri_says_host_port_and_export(string text, string host, int port, string export, string again)
    {
        var endpoint = NbdEndpoint.Parse(text);
        Assert.Equal((host, port, null, export), (endpoint.Host, endpoint.Port, endpoint.SocketPath, endpoint.ExportName));
        Assert.Equal(again, endpoint.ToString());
        Assert.Equal(endpoint, NbdEndpoint.Parse(again));
    }

    [Theory]
    [InlineData("nbd+unix:///?socket=/run/nbd.sock", "/run/nbd.sock", "", "nbd+unix:///?socket=/run/nbd.sock")]
    [InlineData("nbd+unix:///d%3Fisk?socket=/a%20b", "/a b", "d?isk", "nbd+unix:///d%3Fisk?socket=/a%20b")]
    [InlineData("nbd+unix:///a/b?socket=rel", "rel", "a/b", "nbd+unix:///a%2Fb?socket=rel")]
    public void Unix_uri_says_socket_and_export(string text, string socket, string export, string again)
    {
        var endpoint = NbdEndpoint.Parse(text);
        Assert.Equal((null, socket, export), (endpoint.Host, endpoint.SocketPath, endpoint.ExportName));
        Assert.Equal(again, endpoint.ToString());
        Assert.Equal(endpoint, NbdEndpoint.Parse(again));
    }

    [Theory]
    [InlineData("")]
    [InlineData("disk.img")]
    [InlineData("nbd:storage:10809")]
    [InlineData("nbds://storage/disk")]
    [InlineData("nbd://")]
    [InlineData("nbd:///disk")]
    [InlineData("nbd://storage:0/disk")]
    [InlineData("nbd://storage:65536/disk")]
    [InlineData("nbd://storage:x/disk")]
    [InlineData("nbd://user@storage/disk")]
    [InlineData("nbd://storage/disk?socket=/x")]
    [InlineData("nbd+unix:///disk")]
    [InlineData("nbd+unix://host/disk?socket=/x")]
    [InlineData("nbd+unix:///disk?socket=")]
    [InlineData("nbd+unix:///disk?socket=/x&tls=1")]
    [InlineData("nbd+unix:///disk%00?socket=/x")]
    public void What_is_no_uri_is_refused(string text)
    {
        Assert.False(NbdEndpoint.TryParse(text, out _));
        Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => NbdEndpoint.Parse(text)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Null_and_names_beyond_the_limit_are_refused()
    {
        Assert.False(NbdEndpoint.TryParse(null, out _));
        Assert.Equal(4096, NbdEndpoint.Tcp("h", exportName: new string('x', 4096)).ExportName.Length);
        Assert.Throws<ArgumentException>(() => NbdEndpoint.Tcp("h", exportName: new string('x', 4097)));
        Assert.Throws<ArgumentOutOfRangeException>(() => NbdEndpoint.Tcp("h", 0));
    }
}

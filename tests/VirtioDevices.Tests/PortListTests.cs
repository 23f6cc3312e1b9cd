using System;
using System.Linq;
using VirtioConsole.Ports;
using Xen.DeviceModel;
using Xen.Sys;

namespace VirtioDevices.Tests;

/// <summary>[NAME=]pty[:LINK], [NAME=]unix:PATH, [NAME=]connect:PATH, [NAME=]stdio; COLSxROWS.</summary>
public sealed class PortListTests
{
    private const string Example = "; example: pty, pty:/run/guests/console-%d-%n, log=unix:/run/guests/log-%d.sock";

    [Theory]
    [InlineData("pty", true)]
    [InlineData("stdio", true)]
    [InlineData("pty:/run/a b", true)]
    [InlineData("unix:/run/a=b:c", true)]
    [InlineData("connect:/run/%d/%n%%", true)]
    [InlineData("org.example.0=pty", false)]
    [InlineData("pty,log=unix:/run/log-%d.sock,agent_1=connect:/run/agent", false)]
    [InlineData("pty,pty", false)]
    public void Ports_are_read_and_written(string text, bool isPlain)
    {
        Assert.True(PortList.TryParse(text, out var list, out var complaint), complaint);
        Assert.Equal((text, isPlain, ""), (list.ToString(), list.IsPlain, complaint));
    }

    [Theory]
    [InlineData("", "'' at character 1: expected pty, unix, connect or stdio")]
    [InlineData("tty", "'tty' at character 1: expected pty, unix, connect or stdio")]
    [InlineData("a=PTY", "'PTY' at character 3: expected pty, unix, connect or stdio")]
    [InlineData("=pty", "'' at character 1: expected a name of 1 to 64 letters, digits, '.', '_' and '-' before '='")]
    [InlineData("a/b=pty", "'a/b' at character 1: expected a name of 1 to 64 letters, digits, '.', '_' and '-' before '='")]
    [InlineData("..=pty", "'..' at character 1: expected a name of 1 to 64 letters, digits, '.', '_' and '-' before '='")]
    [InlineData("unix", "'unix' at character 1: expected ':' and the path of a socket after it")]
    [InlineData("a=connect", "'connect' at character 3: expected ':' and the path of a socket after it")]
    [InlineData("stdio:/x", "'/x' at character 7: stdio has no path")]
    [InlineData("unix:", "'' at character 6: expected a path from the root, like /run/guests/console-%d-%n")]
    [InlineData("a=pty:x", "'x' at character 7: expected a path from the root, like /run/guests/console-%d-%n")]
    [InlineData("pty:/run/", "'/run/' at character 5: expected a path from the root, like /run/guests/console-%d-%n")]
    [InlineData("pty:/a%", "'/a%' at character 5: expected %d (domain id), %n (number of the device) or %% after a percent sign")]
    [InlineData("pty:/a%%%x", "'/a%%%x' at character 5: expected %d (domain id), %n (number of the device) or %% after a percent sign")]
    [InlineData("pty:/a\tb", "'/a\tb' at character 5: expected a path of at most 100 characters, and without commas")]
    public void What_is_wrong_with_a_port_is_said_with_its_place(string text, string complaint)
    {
        Assert.False(PortList.TryParse([text], out _, out var said));
        Assert.Equal(complaint + Example, said);
    }

    [Fact]
    public void Path_is_bounded_and_has_no_commas()
    {
        Assert.True(PortList.TryParse(["unix:/" + new string('a', 99)], out _, out _));
        Assert.False(PortList.TryParse(["unix:/" + new string('a', 100)], out _, out _));
        Assert.False(PortList.TryParse(["unix:/a,b"], out _, out var complaint));
        Assert.Contains("without commas", complaint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two ports have the name 'a': give each port of data another one", "a=pty", "a=unix:/x")]
    [InlineData("two ports have the path '/x': give each port another one", "connect:/x", "a=unix:/x")]
    [InlineData("stdio is there twice: the daemon has one terminal", "stdio", "a=stdio")]
    public void Ports_that_cannot_be_together_are_refused(string complaint, params string[] ports)
    {
        Assert.False(PortList.TryParse(ports, out _, out var said));
        Assert.Equal(complaint, said);
    }

    [Fact]
    public void There_are_31_ports_at_most()
    {
        Assert.True(PortList.TryParse(Enumerable.Repeat("pty", 31), out _, out _));
        Assert.False(PortList.TryParse(Enumerable.Repeat("pty", 32), out _, out var complaint));
        Assert.Equal("32 ports: a device has 31 at most", complaint);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        string[] targets = ["pty", "pty:/run/{0}", "unix:/run/%d-{0}", "connect:/a=b/{0}:%n"];
        var random = new Random(8);
        for (var round = 0; round < 2000; round++)
        {
            var texts = Enumerable.Range(0, random.Next(1, 32)).Select(i =>
                (random.Next(2) == 0 ? "" : $"port.{i}=")
                + targets[random.Next(targets.Length)].Replace("{0}", $"p{i}", StringComparison.Ordinal)).ToArray();
            Assert.True(PortList.TryParse(texts, out var list, out var complaint), complaint);
            Assert.True(PortList.TryParse(list.ToString(), out var again, out complaint), complaint);
            Assert.Equal(list.Ports, again.Ports);
            Assert.Equal(string.Join(',', texts), again.ToString());
        }
    }

    [Theory]
    [InlineData("/run/x", "/run/x")]
    [InlineData("/run/%d/%n", "/run/7/2")]
    [InlineData("/%%d%d%%n%n%%", "/%d7%n2%")]
    public void Numbers_take_their_places(string path, string filled)
    {
        Assert.True(PathText.IsValid(path));
        Assert.Equal(filled, PathText.Fill(path, new BackendDeviceId("virtio", new DomainId(7), 2)));
    }

    [Theory]
    [InlineData("80x25", 80, 25)]
    [InlineData("1x65535", 1, 65535)]
    public void Size_is_read_and_written(string text, int columns, int rows)
    {
        Assert.True(ConsoleSize.TryParse(text, out var size, out _));
        Assert.Equal(((ushort)columns, (ushort)rows, text), (size.Columns, size.Rows, size.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("80x")]
    [InlineData("x25")]
    [InlineData("80x25x2")]
    [InlineData("0x25")]
    [InlineData("80x0")]
    [InlineData("80 x25")]
    [InlineData("80x65536")]
    public void Size_that_is_none_is_refused(string text)
    {
        Assert.False(ConsoleSize.TryParse(text, out _, out var complaint));
        Assert.Equal($"'{text}': expected columns, an x, and rows, each 1 to 65535; example: 80x25", complaint);
    }
}

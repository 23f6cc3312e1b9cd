using System;
using System.IO;
using Xen.Virtio.Linux.Console;
using static Xen.Virtio.Linux.Tests.Console.EndUser;

namespace Xen.Virtio.Linux.Tests.Console;

/// <summary>Terminals that are opened and closed, and their links.</summary>
public sealed class PtyEndTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Link => _folder.Path("console");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Program_comes_and_goes_and_the_mode_stays()
    {
        using var end = PtyEnd.Open();
        using var user = new EndUser(end);
        Assert.False(end.IsConnected);
        Assert.Equal(1000, end.Write(new byte[1000]));
        for (var i = 0; i < 2; i++)
        {
            using (var terminal = OpenTerminal(end.Path))
            {
                user.WaitConnected();

                // Bytes that a terminal which is not raw would change, or make signals of.
                terminal.Write("a\r\n\u0003\u0004\u0011\u0013\u007f"u8);
                Assert.Equal("a\r\n\u0003\u0004\u0011\u0013\u007f"u8, user.Read(8));
                user.Write("b\n\r\u0003\u0013"u8);
                Assert.Equal("b\n\r\u0003\u0013"u8, ReadFrom(terminal, 5));
            }

            user.WaitConnected(false);
            Assert.Equal(1 << 20, end.Write(new byte[1 << 20]));
        }
    }

    [Fact]
    public void What_was_written_before_the_terminal_was_closed_comes()
    {
        using var end = PtyEnd.Open();
        using var user = new EndUser(end);
        using (var terminal = OpenTerminal(end.Path))
            terminal.Write("reboot\n"u8);
        Assert.Equal("reboot\n"u8, user.Read(7));
        Assert.Equal(0, end.Read(new byte[1]));
    }

    [Fact]
    public void Program_that_goes_frees_a_guest_that_waits()
    {
        using var end = PtyEnd.Open();
        using var user = new EndUser(end);
        using (OpenTerminal(end.Path))
        {
            user.WaitConnected();
            while (end.Write(new byte[4096]) == 4096)
            {
            }
        }

        user.Write(new byte[1 << 20]);
    }

    [Fact]
    public void Link_leads_to_the_terminal_and_goes_with_the_end()
    {
        using (var end = PtyEnd.Open(Link))
        {
            Assert.Equal(end.Path, new FileInfo(Link).LinkTarget);
            using var second = PtyEnd.Open(Link);
            Assert.Equal(second.Path, new FileInfo(Link).LinkTarget);
            end.Dispose();
            Assert.Equal(second.Path, new FileInfo(Link).LinkTarget);
        }

        Assert.Null(new FileInfo(Link).LinkTarget);
        File.CreateSymbolicLink(Link, _folder.Path("nothing"));
        using (var end = PtyEnd.Open(Link))
            Assert.Equal(end.Path, new FileInfo(Link).LinkTarget);
    }

    [Fact]
    public void Something_else_is_not_replaced()
    {
        File.WriteAllText(Link, "precious");
        var error = Assert.Throws<IOException>(() => PtyEnd.Open(Link));
        Assert.Contains("remove it", error.Message, StringComparison.Ordinal);
        File.CreateSymbolicLink(_folder.Path("link"), Link);
        Assert.Throws<IOException>(() => PtyEnd.Open(_folder.Path("link")));
        Assert.Equal("precious", File.ReadAllText(_folder.Path("link")));
    }

    private static FileStream OpenTerminal(string path) =>
        new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
}

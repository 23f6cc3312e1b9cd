using System;
using System.IO;
using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;
using Xen.Virtio.Linux.Console;
using static Xen.Virtio.Linux.Tests.Console.EndUser;

namespace Xen.Virtio.Linux.Tests.Console;

/// <summary>Pipes that end, and a terminal that is given back.</summary>
public sealed class StreamEndTests
{
    [Fact]
    public void Input_is_read_to_its_end_and_the_output_goes_on()
    {
        using var input = new AnonymousPipeServerStream(PipeDirection.Out);
        using var output = new AnonymousPipeServerStream(PipeDirection.In);
        using var end = new StreamEnd(EndBench.Take(input), EndBench.Take(output), null);
        using var user = new EndUser(end);
        input.Write("last words"u8);
        input.Dispose();
        Assert.True(end.IsConnected);
        Assert.Equal("last words"u8, user.Read(10));
        Assert.Equal(0, end.Read(new byte[1]));
        Assert.False(end.IsConnected);
        WaitUntil(() => user.Changes > 0);
        user.Write("bye"u8);
        Assert.Equal("bye"u8, ReadFrom(output, 3));
    }

    [Fact]
    public void Output_that_nobody_reads_is_thrown_away()
    {
        using var input = new AnonymousPipeServerStream(PipeDirection.Out);
        using var output = new AnonymousPipeServerStream(PipeDirection.In);
        using var end = new StreamEnd(EndBench.Take(input), EndBench.Take(output), null);
        using var user = new EndUser(end);
        while (end.Write(new byte[4096]) == 4096)
        {
        }

        output.Dispose();
        user.Write(new byte[1 << 20]);
        Assert.True(end.IsConnected);
    }

    [Fact]
    public void Terminal_is_raw_and_is_given_back_as_it_was()
    {
        using var pty = PtyEnd.Open();
        using var terminal = Open(pty.Path);
        var before = new byte[Posix.TermiosRoom];
        Assert.Equal(0, Posix.Tcgetattr(terminal, before));

        // As a shell has it: ECHO and ICANON, in the fourth word, among others.
        var cooked = before.AsSpan().ToArray();
        cooked[12] |= 0x0a;
        Assert.Equal(0, Posix.Tcsetattr(terminal, Posix.TCSANOW, cooked));
        Assert.Equal(0, Posix.Tcgetattr(terminal, cooked));
        var flags = Posix.Fcntl(terminal, Posix.F_GETFL, 0);
        Assert.Equal(0, flags & Posix.O_NONBLOCK);

        var now = new byte[Posix.TermiosRoom];
        using (new StreamEnd(Borrow(terminal), Borrow(terminal), null))
        {
            Assert.Equal(0, Posix.Tcgetattr(terminal, now));
            Assert.Equal(0, now[12] & 0x0a);
            Assert.NotEqual(0, Posix.Fcntl(terminal, Posix.F_GETFL, 0) & Posix.O_NONBLOCK);
        }

        Assert.Equal(0, Posix.Tcgetattr(terminal, now));
        Assert.Equal(cooked, now);
        Assert.Equal(flags, Posix.Fcntl(terminal, Posix.F_GETFL, 0));
    }

    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

    private static SafeFileHandle Borrow(SafeFileHandle file) => new(file.DangerousGetHandle(), ownsHandle: false);
}

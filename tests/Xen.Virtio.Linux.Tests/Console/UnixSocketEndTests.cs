using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Xen.Virtio.Linux.Console;
using static Xen.Virtio.Linux.Tests.Console.EndUser;

namespace Xen.Virtio.Linux.Tests.Console;

/// <summary>Connections that come and go.</summary>
public sealed class UnixSocketEndTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ConsoleLogLines _log = new();

    private string Place => _folder.Path("console.sock");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Client_goes_in_the_middle_and_the_next_one_goes_on()
    {
        using var end = UnixSocketEnd.Listen(Place, _log);
        using var user = new EndUser(end);
        Assert.False(end.IsConnected);
        var written = RandomBytes(4 << 20, 1);
        var first = Sockets.Connect(Place);
        user.WaitConnected();
        var writer = Task.Run(() => user.Write(written));
        ReadFrom(first, 1 << 20);
        first.Dispose();

        // The rest is thrown away.
        await writer.WaitAsync(Patience);
        user.WaitConnected(false);
        Assert.Equal(3, end.Write([1, 2, 3]));

        using var second = Sockets.Connect(Place);
        user.WaitConnected();
        second.Write("hello"u8);
        Assert.Equal("hello"u8, user.Read(5));
        user.Write("world"u8);
        Assert.Equal("world"u8, ReadFrom(second, 5));
        Assert.Equal([540, 541, 540], _log.Events);
    }

    [Fact]
    public void What_clients_sent_before_they_went_comes_in_order()
    {
        using var end = UnixSocketEnd.Listen(Place, _log);
        using var user = new EndUser(end);
        for (byte i = 0; i < 20; i++)
        {
            var number = i;
            using (var client = Sockets.Connect(Place))
                client.Write([number, number]);
            if (i < 16)
                WaitUntil(() => _log.Events.Count == 2 * (number + 1));
        }

        var read = user.Read(40);
        for (var i = 0; i < 40; i++)
            Assert.Equal(i / 2, read[i]);
    }

    [Fact]
    public void Second_client_is_refused()
    {
        using var end = UnixSocketEnd.Listen(Place, _log);
        using var user = new EndUser(end);
        using var first = Sockets.Connect(Place);
        user.WaitConnected();
        using (var second = Sockets.Connect(Place))
            Assert.Equal(-1, second.ReadByte());
        Assert.Contains(542, _log.Events);
        user.Write("still here"u8);
        Assert.Equal("still here"u8, ReadFrom(first, 10));
    }

    [Fact]
    public void Client_that_sends_no_more_still_reads()
    {
        using var end = UnixSocketEnd.Listen(Place);
        using var user = new EndUser(end);
        using var client = Sockets.Connect(Place);
        client.Write("reboot"u8);
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal("reboot"u8, user.Read(6));
        Assert.Equal(0, end.Read(new byte[1]));
        user.Write("bye"u8);
        Assert.Equal("bye"u8, ReadFrom(client, 3));
        Assert.True(end.IsConnected);
    }

    [Fact]
    public void File_is_the_users_alone_and_goes_with_the_end()
    {
        using (UnixSocketEnd.Listen(Place))
        {
#pragma warning disable CA1416 // runs on Linux only
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Place));
#pragma warning restore CA1416
            var error = Assert.Throws<IOException>(() => UnixSocketEnd.Listen(Place));
            Assert.Contains("stop it", error.Message, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(Place));
    }

    [Fact]
    public void Socket_that_is_left_over_is_replaced_and_other_files_are_not()
    {
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(Place));
            File.Move(Place, Place + "2");
        }

        Assert.True(File.Exists(Place + "2"));
        using (UnixSocketEnd.Listen(Place + "2"))
            Sockets.Connect(Place + "2").Dispose();

        File.WriteAllText(Place, "precious");
        var error = Assert.Throws<IOException>(() => UnixSocketEnd.Listen(Place));
        Assert.Contains("no socket", error.Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(Place));
        Assert.Throws<IOException>(() => UnixSocketEnd.Listen(_folder.Path("no/such/folder")));
        Assert.Throws<IOException>(() => UnixSocketEnd.Connect(_folder.Path(new string('x', 108))));
    }

    [Fact]
    public void Connects_as_soon_as_somebody_listens_and_again()
    {
        using var end = UnixSocketEnd.Connect(Place, _log);
        using var user = new EndUser(end);
        Assert.False(end.IsConnected);
        Assert.Equal(1000, end.Write(new byte[1000]));
        for (var i = 0; i < 2; i++)
        {
            using (var listener = Sockets.Listen(Place))
            using (var peer = new NetworkStream(listener.Accept(), ownsSocket: true))
            {
                user.WaitConnected();
                peer.Write("hello"u8);
                Assert.Equal("hello"u8, user.Read(5));
                user.Write("world"u8);
                Assert.Equal("world"u8, ReadFrom(peer, 5));
            }

            File.Delete(Place);
            user.WaitConnected(false);
        }

        Assert.True(SpinWait.SpinUntil(() => _log.Events.Count == 4, TimeSpan.FromSeconds(20)));
        Assert.Equal([540, 541, 540, 541], _log.Events);
    }
}

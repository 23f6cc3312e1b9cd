using System;
using System.IO;
using System.Net;
using System.Net.Sockets;

namespace Xen.Virtio.Storage.Nbd;

/// <summary>The bytes of a connection. One thread reads; those who write take turns by themselves.</summary>
internal sealed class NbdStream(Socket socket) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _end;

    /// <summary>Connects; the first thing to do.</summary>
    /// <exception cref="SocketException">The server cannot be reached.</exception>
    public void Connect(EndPoint address) => socket.Connect(address);

    /// <summary>Limits how long one call may wait.</summary>
    /// <param name="send">For <see cref="Write"/>.</param>
    /// <param name="receive">For <see cref="Read"/>; infinite if null.</param>
    public void SetTimeouts(TimeSpan send, TimeSpan? receive)
    {
        socket.SendTimeout = Milliseconds(send);
        socket.ReceiveTimeout = receive is { } limit ? Milliseconds(limit) : 0;
    }

    /// <summary>Fills a buffer.</summary>
    /// <exception cref="EndOfStreamException">The server has ended the connection.</exception>
    /// <exception cref="SocketException">The connection is broken.</exception>
    public void Read(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_start == _end)
            {
                // What is longer than the buffer does not go through it.
                if (destination.Length >= _buffer.Length)
                {
                    destination = destination[Receive(destination)..];
                    continue;
                }

                _start = 0;
                _end = Receive(_buffer);
            }

            var count = int.Min(destination.Length, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(destination);
            _start += count;
            destination = destination[count..];
        }
    }

    /// <summary>Drops bytes.</summary>
    public void Skip(int count)
    {
        Span<byte> waste = stackalloc byte[256];
        for (; count > 0; count -= int.Min(count, waste.Length))
            Read(waste[..int.Min(count, waste.Length)]);
    }

    /// <summary>Sends everything.</summary>
    /// <exception cref="SocketException">The connection is broken.</exception>
    public void Write(ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
            source = source[socket.Send(source)..];
    }

    /// <summary>Ends the connection; whoever waits in it is woken. From any thread, as often as one likes.</summary>
    public void Dispose()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }

        socket.Dispose();
    }

    private static int Milliseconds(TimeSpan time) => (int)double.Clamp(time.TotalMilliseconds, 1, int.MaxValue);

    private int Receive(Span<byte> destination)
    {
        var count = socket.Receive(destination);
        return count != 0 ? count : throw new EndOfStreamException("the server has closed the connection");
    }
}

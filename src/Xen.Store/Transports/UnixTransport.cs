using System;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;

namespace Xen.Store;

/// <summary>A connection through a Unix socket, with one system call where one is enough.</summary>
internal sealed class UnixTransport(Socket socket) : IXenStoreTransport
{
    // A daemon on another processor answers within it. Going to sleep, and being woken up, takes about as long.
    private static readonly TimeSpan TimeBeforeSleep = TimeSpan.FromMicroseconds(50);

    private readonly SafeHandle _handle = socket.SafeHandle;

    public XenStoreTransportTraits Traits => XenStoreTransportTraits.None;

    public int Send(ReadOnlySpan<byte> bytes, TimeSpan timeout)
    {
        while (true)
        {
            var flags = Libc.MSG_NOSIGNAL | (timeout == Timeout.InfiniteTimeSpan ? 0 : Libc.MSG_DONTWAIT);
            // SAFETY: the kernel reads as many bytes as the span has.
            var sent = Libc.send(_handle, ref MemoryMarshal.GetReference(bytes), bytes.Length, flags);
            if (sent >= 0)
                return (int)sent;
            var errno = Marshal.GetLastPInvokeError();
            if (errno == Libc.EAGAIN)
            {
                if (timeout == TimeSpan.Zero || !FileWait.For(_handle, Libc.POLLOUT, timeout))
                    return 0;
            }
            else if (errno != Libc.EINTR)
            {
                throw FileWait.Failure("send", errno);
            }
        }
    }

    public int Receive(Span<byte> buffer, TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
            return Receive(buffer, flags: 0);
        var start = Stopwatch.GetTimestamp();
        var elapsed = TimeSpan.Zero;
        while (true)
        {
            var received = Receive(buffer, Libc.MSG_DONTWAIT);
            if (received >= 0)
                return received;
            elapsed = Stopwatch.GetElapsedTime(start);
            if (elapsed >= timeout)
                return -1;
            if (elapsed >= TimeBeforeSleep)
                break;
            Thread.Yield();
        }

        return FileWait.For(_handle, Libc.POLLIN, timeout - elapsed) ? Receive(buffer, flags: 0) : -1;
    }

    public void Dispose()
    {
        try
        {
            // Wakes whoever sends or receives; closing alone would not.
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The other side was quicker, or it was done before.
        }

        socket.Dispose();
    }

    // -1 if there is nothing, and the flags say not to wait.
    private int Receive(Span<byte> buffer, int flags)
    {
        while (true)
        {
            // SAFETY: the kernel writes at most as many bytes as the span has.
            var received = Libc.recv(_handle, ref MemoryMarshal.GetReference(buffer), buffer.Length, flags);
            if (received >= 0)
                return (int)received;
            var errno = Marshal.GetLastPInvokeError();
            if (errno == Libc.EAGAIN)
                return -1;
            if (errno != Libc.EINTR)
                throw FileWait.Failure("recv", errno);
        }
    }
}

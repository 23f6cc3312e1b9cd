using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace Xen.Store;

/// <summary>A connection through Linux's xenbus device.</summary>
/// <remarks>
/// Nothing but a second file can end a wait for the device, so there is one. Writing does not wait: the kernel keeps
/// the message until the daemon's ring has room.
/// </remarks>
internal sealed class XenbusTransport : IXenStoreTransport
{
    private readonly SafeFileHandle _file;
    private readonly SafeFileHandle _stop;

    /// <summary>Takes over an open device.</summary>
    /// <param name="file">The device; disposed of with this.</param>
    /// <exception cref="IOException">There is no file to be had for ending waits.</exception>
    internal XenbusTransport(SafeFileHandle file)
    {
        _file = file;
        // SAFETY: takes no address.
        _stop = Libc.eventfd(0, Libc.EFD_CLOEXEC);
        if (_stop.IsInvalid)
            throw FileWait.Failure("eventfd", Marshal.GetLastPInvokeError());
    }

    public XenStoreTransportTraits Traits =>
        XenStoreTransportTraits.OneRequestAtATime
        | XenStoreTransportTraits.RewritesRequestIds
        | XenStoreTransportTraits.ShortMessages;

    public int Send(ReadOnlySpan<byte> bytes, TimeSpan timeout)
    {
        while (true)
        {
            // SAFETY: the kernel reads as many bytes as the span has.
            var sent = Libc.write(_file, ref MemoryMarshal.GetReference(bytes), bytes.Length);
            if (sent >= 0)
                return (int)sent;
            if (Marshal.GetLastPInvokeError() is var errno and not Libc.EINTR)
                throw FileWait.Failure("write", errno);
        }
    }

    public int Receive(Span<byte> buffer, TimeSpan timeout)
    {
        if (!FileWait.For(_file, Libc.POLLIN, _stop, timeout))
            return timeout == Timeout.InfiniteTimeSpan ? 0 : -1;
        while (true)
        {
            // SAFETY: the kernel writes at most as many bytes as the span has.
            var received = Libc.read(_file, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (received >= 0)
                return (int)received;
            if (Marshal.GetLastPInvokeError() is var errno and not Libc.EINTR)
                throw FileWait.Failure("read", errno);
        }
    }

    public void Dispose()
    {
        ReadOnlySpan<byte> one = [1, 0, 0, 0, 0, 0, 0, 0];
        try
        {
            // SAFETY: the kernel reads the eight bytes. Whoever waits wakes up.
            _ = Libc.write(_stop, ref MemoryMarshal.GetReference(one), one.Length);
        }
        catch (ObjectDisposedException)
        {
            // It was done before.
        }

        _file.Dispose();
    }
}

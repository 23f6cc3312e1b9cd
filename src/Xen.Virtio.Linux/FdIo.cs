using System;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Linux;

/// <summary>Reads, writes and looks that do not wait.</summary>
internal static class FdIo
{
    /// <summary>Reads what is there.</summary>
    /// <returns>How many bytes; 0 at the end; an errno, negative.</returns>
    public static int Read(SafeFileHandle file, Span<byte> destination)
    {
        nint count;
        do
        {
            count = Posix.Read(file, destination, (nuint)destination.Length);
        }
        while (count < 0 && Marshal.GetLastPInvokeError() == Posix.EINTR);

        return count >= 0 ? (int)count : -Marshal.GetLastPInvokeError();
    }

    /// <summary>Writes what there is room for.</summary>
    /// <returns>How many bytes; an errno, negative.</returns>
    public static int Write(SafeFileHandle file, ReadOnlySpan<byte> source)
    {
        nint count;
        do
        {
            count = Posix.Write(file, source, (nuint)source.Length);
        }
        while (count < 0 && Marshal.GetLastPInvokeError() == Posix.EINTR);

        return count >= 0 ? (int)count : -Marshal.GetLastPInvokeError();
    }

    /// <summary>As <see cref="Write"/>, to a socket.</summary>
    public static int Send(SafeFileHandle socket, ReadOnlySpan<byte> source)
    {
        nint count;
        do
        {
            count = Posix.Send(socket, source, (nuint)source.Length, Posix.MSG_NOSIGNAL);
        }
        while (count < 0 && Marshal.GetLastPInvokeError() == Posix.EINTR);

        return count >= 0 ? (int)count : -Marshal.GetLastPInvokeError();
    }

    /// <summary>Looks at a file.</summary>
    /// <returns>Which of the events, errors and hang-ups it has now.</returns>
    public static short Look(SafeFileHandle file, short events)
    {
        Span<Posix.PollFd> files = [Entry(file, events)];
        return Posix.Poll(files, 1, 0) > 0 ? files[0].Revents : (short)0;
    }

    /// <summary>What a pump waits for.</summary>
    public static Posix.PollFd Entry(SafeFileHandle? file, short events) =>
        // SAFETY: only the number is used, by poll, which reads and writes nothing there.
        new() { Fd = file is null ? -1 : (int)file.DangerousGetHandle(), Events = events };

    /// <summary>The events of a file of which one wants to read, write, or neither.</summary>
    public static short Events(bool wantsInput, bool wantsRoom) =>
        (short)((wantsInput ? Posix.POLLIN : 0) | (wantsRoom ? Posix.POLLOUT : 0));
}

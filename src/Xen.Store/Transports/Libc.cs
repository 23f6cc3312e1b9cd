using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Xen.Store;

/// <summary>The system calls of the transports. Blittable arguments only, so that no marshalling code is needed.</summary>
internal static class Libc
{
    internal const short POLLIN = 1;
    internal const short POLLOUT = 4;
    internal const int MSG_DONTWAIT = 0x40;
    internal const int MSG_NOSIGNAL = 0x4000;
    internal const int EINTR = 4;
    internal const int EAGAIN = 11;
    internal const int EFD_CLOEXEC = 0x80000;

    private const string Library = "libc";

    [DllImport(Library, SetLastError = true)]
    internal static extern nint recv(SafeHandle socket, ref byte buffer, nint length, int flags);

    [DllImport(Library, SetLastError = true)]
    internal static extern nint send(SafeHandle socket, ref readonly byte buffer, nint length, int flags);

    [DllImport(Library, SetLastError = true)]
    internal static extern nint read(SafeHandle file, ref byte buffer, nint length);

    [DllImport(Library, SetLastError = true)]
    internal static extern nint write(SafeHandle file, ref readonly byte buffer, nint length);

    [DllImport(Library, SetLastError = true)]
    internal static extern int ppoll(ref PollPair files, nint count, ref TimeSpec timeout, nint signalMask);

    [DllImport(Library, SetLastError = true)]
    internal static extern int ppoll(ref PollPair files, nint count, nint noTimeout, nint signalMask);

    [DllImport(Library, SetLastError = true)]
    internal static extern SafeFileHandle eventfd(uint initial, int flags);

    /// <summary>C origin: <c>struct pollfd</c>.</summary>
    internal struct PollEntry
    {
        internal int File;
        internal short Events;
        internal short Returned;
    }

    /// <summary>One or two of them.</summary>
    internal struct PollPair
    {
        internal PollEntry First;
        internal PollEntry Second;
    }

    /// <summary>C origin: <c>struct timespec</c> of 64-bit Linux.</summary>
    internal struct TimeSpec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}

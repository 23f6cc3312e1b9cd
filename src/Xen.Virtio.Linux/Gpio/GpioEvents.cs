using System;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Linux.Gpio;

/// <summary>Reads the events of a line.</summary>
internal static partial class GpioEvents
{
    private const int GetFlags = 3;
    private const int SetFlags = 4;
    private const int NonBlocking = 0x800;
    private const int NothingThere = 11;

    /// <summary>Has reads come back at once: what was ready may be another request of the line by now.</summary>
    /// <param name="line">The line's file.</param>
    public static bool TryNeverWait(SafeFileHandle line)
    {
        var flags = Control(line, GetFlags, 0);
        return flags >= 0 && Control(line, SetFlags, flags | NonBlocking) >= 0;
    }

    /// <summary>Reads the events that there are.</summary>
    /// <param name="line">The line's file, after <see cref="TryNeverWait"/>.</param>
    /// <param name="events">Where they go.</param>
    /// <returns>How many; an errno, negative, if it failed.</returns>
    public static int Read(SafeFileHandle line, Span<GpioAbi.LineEvent> events)
    {
        var bytes = MemoryMarshal.AsBytes(events);
        var length = Read(line, bytes, (nuint)bytes.Length);
        if (length >= 0)
            return (int)length / Marshal.SizeOf<GpioAbi.LineEvent>();
        var errno = Marshal.GetLastPInvokeError();
        return errno == NothingThere ? 0 : -errno;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, Span<byte> bytes, nuint length);
}

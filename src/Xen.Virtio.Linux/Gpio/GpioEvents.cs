using System;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Linux.Gpio;

/// <summary>Reads the events of a line.</summary>
internal static class GpioEvents
{
    /// <summary>Has reads come back at once: what was ready may be another request of the line by now.</summary>
    /// <param name="line">The line's file.</param>
    public static bool TryNeverWait(SafeFileHandle line)
    {
        var flags = Posix.Fcntl(line, Posix.F_GETFL, 0);
        return flags >= 0 && Posix.Fcntl(line, Posix.F_SETFL, flags | Posix.O_NONBLOCK) >= 0;
    }

    /// <summary>Reads the events that there are.</summary>
    /// <param name="line">The line's file, after <see cref="TryNeverWait"/>.</param>
    /// <param name="events">Where they go.</param>
    /// <returns>How many; an errno, negative, if it failed.</returns>
    public static int Read(SafeFileHandle line, Span<GpioAbi.LineEvent> events)
    {
        var length = FdIo.Read(line, MemoryMarshal.AsBytes(events));
        // A file at its end is ready for ever.
        if (length == 0)
            return -GpioAbi.ENODEV;
        if (length > 0)
            return length / Marshal.SizeOf<GpioAbi.LineEvent>();
        return length == -Posix.EAGAIN ? 0 : length;
    }
}

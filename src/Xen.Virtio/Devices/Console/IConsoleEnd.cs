using System;

namespace Xen.Virtio.Devices.Console;

/// <summary>The host's end of a port: a terminal, a socket, a pair of pipes.</summary>
/// <remarks>
/// Neither call waits, and none throws: what cannot be done now is done when <see cref="Changed"/> says so. So a slow
/// end makes the guest wait, and a slow guest the end. In between are at most 4 KiB, which were read and wait for a buffer:
/// of this driver, or of the next one after a reset; when the process ends, they are lost. Nothing else is.
/// </remarks>
public interface IConsoleEnd
{
    /// <summary>Raised when a call that came to nothing may do more now, and when the connection changes. Any
    /// thread.</summary>
    event EventHandler? Changed;

    /// <summary>Whether there is somebody. A guest is told; a console's guest need not care.</summary>
    bool IsConnected { get; }

    /// <summary>Takes what is there for the guest. One thread at a time.</summary>
    /// <param name="destination">Memory of this process.</param>
    /// <returns>How many bytes; 0 if there is nothing now.</returns>
    int Read(Span<byte> destination);

    /// <summary>Takes what the guest has written. One thread at a time, another one than that which reads.</summary>
    /// <param name="source">Guest memory: it may change while it is read.</param>
    /// <returns>
    /// How many bytes were taken, from the first; fewer than all if there is no more room now. An end with nobody
    /// there takes
    /// them and throws them away, as a serial line does, or takes none.
    /// </returns>
    int Write(ReadOnlySpan<byte> source);

    /// <summary>The guest has opened or closed the port. Never blocks.</summary>
    /// <param name="isOpen">Whether it is open now.</param>
    void GuestOpened(bool isOpen)
    {
    }
}

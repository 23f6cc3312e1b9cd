using System;

namespace Xen.Virtio.Linux.Console;

/// <summary>Whose files an <see cref="FdPump"/> waits for. Called by its thread.</summary>
internal interface IFdPumpOwner
{
    /// <summary>Says what to wait for.</summary>
    /// <param name="files">One entry for each file; with -1 for a file, and at the beginning with 0 for the events, an
    /// entry is passed over but for errors. All must be set.</param>
    /// <returns>How long to wait, in milliseconds; -1 for as long as it takes.</returns>
    int Arm(Span<Posix.PollFd> files);

    /// <summary>Something happened, or the time is over.</summary>
    /// <param name="files">What happened to each.</param>
    void Polled(ReadOnlySpan<Posix.PollFd> files);
}

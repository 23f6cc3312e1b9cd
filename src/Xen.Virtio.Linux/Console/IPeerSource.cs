using System;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Linux.Console;

/// <summary>Where the peers of a <see cref="UnixSocketEnd"/> come from. Called by one thread.</summary>
internal interface IPeerSource : IDisposable
{
    /// <summary>Says what to wait for until there may be a peer.</summary>
    /// <param name="file">Set to a file, or to none.</param>
    /// <param name="hasPeer">Whether there is one already.</param>
    /// <param name="hasRoom">Whether another one can be taken.</param>
    /// <returns>How long to wait, in milliseconds; -1 for as long as it takes.</returns>
    int Arm(ref Posix.PollFd file, bool hasPeer, bool hasRoom);

    /// <summary>Takes a peer, if there is one now. Never waits.</summary>
    SafeFileHandle? Take(bool hasPeer, bool hasRoom);
}

using System;

namespace Xen.Sys;

/// <summary>
/// Address space as large as a domain's physical address space, in which frame <c>n</c> appears at page <c>n</c>
/// once it has been populated: a guest's buffer is contiguous here wherever it is contiguous for the guest.
/// </summary>
/// <remarks>Not thread-safe for population: callers serialise it. Disposing unmaps all of it at once.</remarks>
public unsafe interface IForeignWindow : IDisposable
{
    /// <summary>Where frame 0 appears. Only populated pages may be touched.</summary>
    byte* Address { get; }

    /// <summary>Number of frames the window shows.</summary>
    ulong FrameCount { get; }

    /// <summary>Maps a run of frames at their place. Each frame may be populated once.</summary>
    /// <param name="first">First frame of the run.</param>
    /// <param name="errors">
    /// As long as the run. Filled with 0, or with a positive errno where the page could not be mapped.
    /// </param>
    /// <returns>
    /// A failure if the run as a whole was refused: nothing is mapped then, the errors mean nothing, and the same run
    /// may be populated again.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The run leaves the window.</exception>
    HypercallResult Populate(GuestFrameNumber first, Span<int> errors);

    /// <summary>Tries one page again that <see cref="Populate"/> could not map: the guest may have filled it since.</summary>
    /// <param name="frame">A frame whose entry was an error.</param>
    /// <returns>0, or a positive errno.</returns>
    int Retry(GuestFrameNumber frame);
}

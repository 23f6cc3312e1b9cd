using System;

namespace Xen.Sys;

/// <summary>Uses pages that other domains grant.</summary>
public interface IGrantTable : IDisposable
{
    /// <summary>Maps granted pages, one after the other. All or none.</summary>
    /// <param name="grants">At least one; of one or several domains.</param>
    /// <param name="access">How they are mapped; read-write needs a grant that allows it.</param>
    /// <param name="notification">What the other side is told when they are unmapped.</param>
    /// <returns>The mapping, without holes.</returns>
    /// <exception cref="HypercallException">
    /// EINVAL: a reference that is none, is not for us, or is read-only. ENOMEM: too many at a time.
    /// </exception>
    IForeignMapping Map(
        ReadOnlySpan<ForeignGrant> grants, ForeignAccess access, UnmapNotification notification = default);

    /// <summary>Has Xen copy pieces of pages.</summary>
    /// <param name="copies">What to copy.</param>
    /// <param name="statuses">One entry per copy: what Xen made of it.</param>
    /// <returns>A failure if the request as a whole was refused: the statuses mean nothing then.</returns>
    /// <exception cref="ArgumentException">Not as many statuses, or a piece that leaves its page.</exception>
    HypercallResult Copy(ReadOnlySpan<GrantCopy> copies, Span<GrantStatus> statuses);
}

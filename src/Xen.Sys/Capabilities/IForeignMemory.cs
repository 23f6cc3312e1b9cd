using System;

namespace Xen.Sys;

/// <summary>Maps memory of other domains into this process.</summary>
public unsafe interface IForeignMemory
{
    /// <summary>Maps frames of a domain, one after the other.</summary>
    /// <param name="domain">The domain that owns them.</param>
    /// <param name="frames">At least one frame; any order, repeats allowed.</param>
    /// <param name="access">How they are mapped.</param>
    /// <param name="errors">
    /// One entry per frame: 0, or a positive errno for a page that could not be mapped. Such a page must never be
    /// touched. That all pages failed is no exception either: a domain that is gone answers that way.
    /// </param>
    /// <returns>The mapping, with holes where <paramref name="errors"/> says so.</returns>
    /// <exception cref="HypercallException">The request as a whole was refused.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No frames, or not as many errors.</exception>
    IForeignMapping Map(
        DomainId domain, ReadOnlySpan<GuestFrameNumber> frames, ForeignAccess access, Span<int> errors);

    /// <summary>Maps frames at an address of the caller's.</summary>
    /// <param name="address">
    /// Start of address space that the caller reserved (mmap with PROT_NONE) and keeps, at a page boundary. On disposal
    /// the range is a reservation again.
    /// </param>
    /// <param name="domain">The domain that owns the frames.</param>
    /// <param name="frames">At least one frame; the range must be as long.</param>
    /// <param name="access">How they are mapped.</param>
    /// <param name="errors">One entry per frame: 0, or a positive errno.</param>
    /// <returns>The mapping, at that address.</returns>
    /// <exception cref="HypercallException">The request as a whole was refused.</exception>
    /// <exception cref="ArgumentException">The address is null or not at a page boundary.</exception>
    IForeignMapping MapAt(
        byte* address,
        DomainId domain,
        ReadOnlySpan<GuestFrameNumber> frames,
        ForeignAccess access,
        Span<int> errors);

    /// <summary>Maps frames of a resource that Xen keeps for a domain.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="type"><c>XENMEM_resource_*</c>, public/memory.h.</param>
    /// <param name="id">Which one, as the type defines: an IOREQ server's id, for instance.</param>
    /// <param name="frame">First frame of the resource.</param>
    /// <param name="count">Number of frames, at least one.</param>
    /// <returns>The mapping, readable and writable, without holes.</returns>
    /// <exception cref="HypercallException">Xen or the kernel refused.</exception>
    IForeignMapping MapResource(DomainId domain, uint type, uint id, ulong frame, int count);

    /// <summary>How many frames a resource has.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="type"><c>XENMEM_resource_*</c>, public/memory.h.</param>
    /// <param name="id">Which one. That it exists is not checked by all releases of Xen.</param>
    /// <returns>Frames, at least 0.</returns>
    /// <exception cref="HypercallException">
    /// Refused. EOPNOTSUPP: Xen has no such type, which some releases say by a size that is none.
    /// </exception>
    long GetResourceSize(DomainId domain, uint type, uint id);

    /// <summary>Opens an empty window onto a domain's physical address space, to be populated piece by piece.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="frameCount">The window shows frames 0 to this number, exclusive.</param>
    /// <param name="access">How frames will be mapped.</param>
    /// <returns>A window that takes address space, but no memory.</returns>
    /// <exception cref="HypercallException">There is not that much address space.</exception>
    IForeignWindow OpenWindow(DomainId domain, ulong frameCount, ForeignAccess access);
}

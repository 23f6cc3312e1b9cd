using System;

namespace Xen.Sys;

/// <content>Using other domains' grants.</content>
public static partial class GrantTableOp
{
    private const short NotReached = XenAbi.GNTST_general_error;

    /// <summary>Maps grants of other domains into the caller's address space.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="grants">
    /// What to map where: <c>dom</c>, <c>ref</c>, <c>flags</c> (<c>GNTMAP_*</c>) and <c>host_addr</c> go in;
    /// <c>status</c>, <c>handle</c> and <c>dev_bus_addr</c> come out.
    /// </param>
    /// <returns>
    /// A success even if single ones failed: look at each <c>status</c>. EFAULT or ENOMEM if the batch could not be
    /// passed; EINVAL if the domain has no grant table.
    /// </returns>
    /// <remarks><c>GNTTABOP_map_grant_ref</c>, public/grant_table.h; stable.</remarks>
    public static HypercallResult Map<T>(T transport, Span<gnttab_map_grant_ref> grants)
        where T : IHypercallTransport, allows ref struct
    {
        foreach (ref var grant in grants)
            grant.status = NotReached;
        return InvokeBatch(transport, XenAbi.GNTTABOP_map_grant_ref, grants);
    }

    /// <summary>Ends mappings of grants.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="mappings">
    /// <c>handle</c>, <c>host_addr</c> and <c>dev_bus_addr</c> of each mapping go in; <c>status</c> comes out.
    /// </param>
    /// <returns>A success even if single ones failed: look at each <c>status</c>. EFAULT or ENOMEM as for the batch.</returns>
    /// <remarks><c>GNTTABOP_unmap_grant_ref</c>, public/grant_table.h; stable.</remarks>
    public static HypercallResult Unmap<T>(T transport, Span<gnttab_unmap_grant_ref> mappings)
        where T : IHypercallTransport, allows ref struct
    {
        foreach (ref var mapping in mappings)
            mapping.status = NotReached;
        return InvokeBatch(transport, XenAbi.GNTTABOP_unmap_grant_ref, mappings);
    }

    /// <summary>Ends mappings of grants and puts other pages there in the same step (PV).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="mappings">
    /// <c>handle</c>, <c>host_addr</c> and <c>new_addr</c> of each mapping go in; <c>status</c> comes out.
    /// </param>
    /// <returns>A success even if single ones failed: look at each <c>status</c>. EFAULT or ENOMEM as for the batch.</returns>
    /// <remarks><c>GNTTABOP_unmap_and_replace</c>, public/grant_table.h; stable.</remarks>
    public static HypercallResult UnmapAndReplace<T>(T transport, Span<gnttab_unmap_and_replace> mappings)
        where T : IHypercallTransport, allows ref struct
    {
        foreach (ref var mapping in mappings)
            mapping.status = NotReached;
        return InvokeBatch(transport, XenAbi.GNTTABOP_unmap_and_replace, mappings);
    }

    /// <summary>Lets Xen copy between pages of domains.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="copies">
    /// <c>source</c>, <c>dest</c>, <c>len</c> (bytes within one page) and <c>flags</c> (<c>GNTCOPY_*</c>) go in;
    /// <c>status</c> comes out.
    /// </param>
    /// <returns>A success even if single ones failed: look at each <c>status</c>. EFAULT or ENOMEM as for the batch.</returns>
    /// <remarks><c>GNTTABOP_copy</c>, public/grant_table.h; stable.</remarks>
    public static HypercallResult Copy<T>(T transport, Span<gnttab_copy> copies)
        where T : IHypercallTransport, allows ref struct
    {
        foreach (ref var copy in copies)
            copy.status = NotReached;
        return InvokeBatch(transport, XenAbi.GNTTABOP_copy, copies);
    }

    /// <summary>Cleans or invalidates caches for parts of granted pages (Arm).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="flushes">What to flush: address or reference, <c>offset</c> and <c>length</c> in bytes, <c>op</c>.</param>
    /// <returns>
    /// Xen's result: these have no status of their own, and Xen stops at the first that fails. EINVAL beyond the page
    /// or no such operation; EPERM not mapped by the caller; EOPNOTSUPP not on this architecture; ENOMEM.
    /// </returns>
    /// <remarks><c>GNTTABOP_cache_flush</c>, public/grant_table.h; stable.</remarks>
    public static HypercallResult CacheFlush<T>(T transport, Span<gnttab_cache_flush> flushes)
        where T : IHypercallTransport, allows ref struct =>
        InvokeBatch(transport, XenAbi.GNTTABOP_cache_flush, flushes);
}

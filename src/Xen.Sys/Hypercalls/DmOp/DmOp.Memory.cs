namespace Xen.Sys;

/// <content>How the domain's memory is treated (x86).</content>
public static partial class DmOp
{
    /// <summary>Changes how Xen treats some pages.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="first">First page.</param>
    /// <param name="count">Number of pages.</param>
    /// <param name="type">How they are treated from now on.</param>
    /// <returns>
    /// Xen's result; EINVAL for no pages, or pages beyond the domain's last, a type that no server has claimed, or a
    /// change that Xen does not make; EOPNOTSUPP for the type of a server without nested paging; EAGAIN for a page that is
    /// away. Pages before the one that failed have changed.
    /// </returns>
    /// <remarks><c>XEN_DMOP_set_mem_type</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult SetMemoryType<T>(
        T transport, DomainId domain, GuestFrameNumber first, uint count, GuestMemoryType type)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_set_mem_type };
        op.u.set_mem_type.nr = count;
        op.u.set_mem_type.mem_type = (ushort)type;
        op.u.set_mem_type.first_pfn = first.Value;
        return Invoke(transport, domain, ref op);
    }

    /// <summary>Lets a server claim accesses to a type of memory, or give them up.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain, with nested paging.</param>
    /// <param name="id">The server.</param>
    /// <param name="type">The type: <see cref="GuestMemoryType.IoreqServer"/>.</param>
    /// <param name="access"><see cref="MemoryTypeAccess.Write"/>, or nothing to give it up.</param>
    /// <returns>
    /// Xen's result; EINVAL for another type or access, or giving up what the server does not have; ENOENT no such
    /// server; EBUSY if another server has it; EPERM if another domain made the server; EOPNOTSUPP without nested paging.
    /// </returns>
    /// <remarks><c>XEN_DMOP_map_mem_type_to_ioreq_server</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult MapMemoryType<T>(
        T transport, DomainId domain, IoreqServerId id, GuestMemoryType type, MemoryTypeAccess access)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_map_mem_type_to_ioreq_server };
        op.u.map_mem_type_to_ioreq_server.id = id.Value;
        op.u.map_mem_type_to_ioreq_server.type = (ushort)type;
        op.u.map_mem_type_to_ioreq_server.flags = (uint)access;
        return Invoke(transport, domain, ref op);
    }

    /// <summary>Moves pages to another place of the domain's address space.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="source">First page to be moved.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="count">Number of pages.</param>
    /// <returns>Xen's result; EINVAL for pages that are not there. Pages before the one that failed have moved.</returns>
    /// <remarks><c>XEN_DMOP_relocate_memory</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult RelocateMemory<T>(
        T transport, DomainId domain, GuestFrameNumber source, GuestFrameNumber destination, uint count)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_relocate_memory };
        op.u.relocate_memory.size = count;
        op.u.relocate_memory.src_gfn = source.Value;
        op.u.relocate_memory.dst_gfn = destination.Value;
        return Invoke(transport, domain, ref op);
    }

    /// <summary>Fixes how the processor caches some pages, whatever the guest says.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="first">First page.</param>
    /// <param name="last">Last page, inclusive.</param>
    /// <param name="caching">How they are cached, or <see cref="MemoryCaching.Delete"/>.</param>
    /// <returns>
    /// Xen's result; EINVAL for an unknown type or a bad range; EBUSY if a part of it is fixed already; ENOENT if there is
    /// nothing to delete; ENOMEM if Xen has no room to note it.
    /// </returns>
    /// <remarks><c>XEN_DMOP_pin_memory_cacheattr</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult PinMemoryCaching<T>(
        T transport, DomainId domain, GuestFrameNumber first, GuestFrameNumber last, MemoryCaching caching)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_pin_memory_cacheattr };
        op.u.pin_memory_cacheattr.start = first.Value;
        op.u.pin_memory_cacheattr.end = last.Value;
        op.u.pin_memory_cacheattr.type = (uint)caching;
        return Invoke(transport, domain, ref op);
    }
}

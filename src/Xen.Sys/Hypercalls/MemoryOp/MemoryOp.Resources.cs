using System;

namespace Xen.Sys;

/// <content>Pages that Xen keeps for a domain.</content>
// SAFETY: pointers lead into a buffer of AcquireBuffer, which is as large as was asked for and the caller's until it is
// released: room for the structure and, right behind it, for the lists.
public static unsafe partial class MemoryOp
{
    /// <summary>The most frames that one <see cref="AcquireResource"/> takes: what fits into a page with its structure.</summary>
    public static int MaximumResourceFrames => HypercallList.Capacity<xen_mem_acquire_resource, ulong>();

    /// <summary>Asks how many frames a resource has.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain that the resource belongs to.</param>
    /// <param name="type">What it is.</param>
    /// <param name="id">Which one of its type: an IOREQ server, or <c>XENMEM_resource_grant_table_id_*</c>; else 0.</param>
    /// <param name="frames">Pages of 4 KiB, when the result is a success.</param>
    /// <returns>
    /// Xen's result; EOPNOTSUPP for a type that this Xen does not have; EINVAL for one that the domain does not have;
    /// ESRCH no such domain, or <see cref="DomainId.Self"/>; EPERM the caller itself, or not privileged over it; ENOMEM
    /// if the transport has no buffer left. A success does not say that there is an IOREQ server with that number.
    /// </returns>
    /// <remarks>
    /// <c>XENMEM_acquire_resource</c> without frames, public/memory.h; stable. Xen 4.14 answers 32 before it looks at
    /// anything else: the most frames that it gives at a time. Xen 4.17 answers an unknown type with a success and a
    /// negative error number in place of the frames; that is turned into the failure it means.
    /// </remarks>
    public static HypercallResult GetResourceSize<T>(
        T transport, DomainId domain, ResourceType type, uint id, out int frames)
        where T : IHypercallTransport, allows ref struct
    {
        frames = 0;
        var acquire = new xen_mem_acquire_resource { domid = domain.Value, type = (ushort)type, id = id };
        var result = Invoke(transport, XenAbi.XENMEM_acquire_resource, ref acquire);
        if (!result.IsSuccess)
            return result;

        var size = (int)acquire.nr_frames;
        if (size < 0)
            return new HypercallResult(size);

        frames = size;
        return result;
    }

    /// <summary>Gets frames of a resource, to be mapped by the caller.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain that the resource belongs to.</param>
    /// <param name="type">What it is.</param>
    /// <param name="id">Which one of its type: an IOREQ server, or <c>XENMEM_resource_grant_table_id_*</c>; else 0.</param>
    /// <param name="first">First frame of the resource.</param>
    /// <param name="frames">
    /// One to <see cref="MaximumResourceFrames"/> frames. A PV caller gets machine frames; for any other, these are
    /// frames of its own address space, where the resource is put.
    /// </param>
    /// <returns>
    /// Xen's result; E2BIG for more frames; EINVAL for none, or frames that the resource does not have; ENOENT for no such
    /// IOREQ server, or the buffered page of one that was made without; EIO if only a part of the frames was put into place, all
    /// of which the caller must take away; EOPNOTSUPP for a type that this Xen does not have; ESRCH no such domain;
    /// EPERM not privileged over it; ENOMEM.
    /// </returns>
    /// <remarks>
    /// <c>XENMEM_acquire_resource</c>, public/memory.h; stable. Xen 4.14 gives at most 32 frames, and answers E2BIG to more.
    /// On Linux, the kernel maps resources for a process: <see cref="IForeignMemory.MapResource"/>.
    /// </remarks>
    public static HypercallResult AcquireResource<T>(
        T transport, DomainId domain, ResourceType type, uint id, ulong first, Span<ulong> frames)
        where T : IHypercallTransport, allows ref struct
    {
        // No frames would be the question for the size.
        if (frames.IsEmpty)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (frames.Length > MaximumResourceFrames)
            return HypercallResult.Failure(XenAbi.XEN_E2BIG);

        var acquire = HypercallList.Acquire<T, xen_mem_acquire_resource, ulong>(
            transport, frames.Length, out var list);
        if (acquire is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        var staged = new Span<ulong>(list, frames.Length);
        frames.CopyTo(staged);
        acquire->domid = domain.Value;
        acquire->type = (ushort)type;
        acquire->id = id;
        acquire->nr_frames = (uint)frames.Length;
        acquire->frame = first;
        acquire->frame_list = list;
        var result = transport.Invoke(
            XenAbi.__HYPERVISOR_memory_op, XenAbi.XENMEM_acquire_resource, (ulong)acquire);
        if (result.IsSuccess)
            staged.CopyTo(frames);
        transport.ReleaseBuffer(acquire);
        return result;
    }
}

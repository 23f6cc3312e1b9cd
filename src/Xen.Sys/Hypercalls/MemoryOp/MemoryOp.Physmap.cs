using System;

namespace Xen.Sys;

/// <content>What appears where in a domain's physical address space.</content>
// SAFETY: pointers lead into a buffer of AcquireBuffer, which is as large as was asked for and the caller's until it is
// released: room for the structure and, right behind it, for the lists.
public static unsafe partial class MemoryOp
{
    // What Xen never writes as an answer: those are 0 or negative.
    private const int NotReached = 1;

    /// <summary>Lets a page, or a run of pages, appear in a domain's physical address space.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain whose address space changes; not a PV one.</param>
    /// <param name="space">What kind of page <paramref name="index"/> counts.</param>
    /// <param name="index">Which page of that kind.</param>
    /// <param name="frame">Where it is to appear.</param>
    /// <param name="count">Number of pages of a <see cref="PhysmapSpace.GuestFrameRange"/>; not used otherwise.</param>
    /// <returns>
    /// Xen's result; EINVAL if there is no such page or space, or the domain is a PV one; ENOSYS for
    /// <see cref="PhysmapSpace.ForeignGuestFrame"/>; EPERM not privileged; ESRCH no such domain; ENOMEM.
    /// </returns>
    /// <remarks><c>XENMEM_add_to_physmap</c>, public/memory.h; stable.</remarks>
    public static HypercallResult AddToPhysmap<T>(
        T transport, DomainId domain, PhysmapSpace space, ulong index, GuestFrameNumber frame, ushort count = 0)
        where T : IHypercallTransport, allows ref struct
    {
        var add = new xen_add_to_physmap
        {
            domid = domain.Value,
            size = count,
            space = (uint)space,
            idx = index,
            gpfn = frame.Value,
        };
        return Invoke(transport, XenAbi.XENMEM_add_to_physmap, ref add);
    }

    /// <summary>Lets any number of pages appear in a domain's physical address space.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain whose address space changes; not a PV one.</param>
    /// <param name="space">What kind of pages <paramref name="indexes"/> count.</param>
    /// <param name="foreign">
    /// The domain whose pages they are, for <see cref="PhysmapSpace.ForeignGuestFrame"/>; otherwise the default.
    /// </param>
    /// <param name="indexes">Which pages of that kind.</param>
    /// <param name="frames">Where each is to appear; as long as <paramref name="indexes"/>.</param>
    /// <param name="errors">
    /// Filled: 0, or the positive error number of that page; as long as <paramref name="indexes"/>. If the result is a
    /// failure, a page that Xen did not reach has the number of the failure.
    /// </param>
    /// <returns>
    /// A success even if pages failed: look at <paramref name="errors"/>. EINVAL if the lengths differ; EPERM not
    /// privileged; ESRCH no such domain; ENOMEM if the transport has no buffer left.
    /// </returns>
    /// <remarks><c>XENMEM_add_to_physmap_batch</c>, public/memory.h; stable.</remarks>
    public static HypercallResult AddToPhysmapBatch<T>(
        T transport,
        DomainId domain,
        PhysmapSpace space,
        DomainId foreign,
        ReadOnlySpan<ulong> indexes,
        ReadOnlySpan<GuestFrameNumber> frames,
        Span<int> errors)
        where T : IHypercallTransport, allows ref struct
    {
        if (frames.Length != indexes.Length || errors.Length != indexes.Length)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);

        var result = default(HypercallResult);
        while (!indexes.IsEmpty && result.IsSuccess)
        {
            var count = Math.Min(indexes.Length, HypercallList.Capacity<xen_add_to_physmap_batch, PhysmapEntry>());
            result = AddChunk(
                transport, domain, space, foreign, indexes[..count], frames[..count], errors[..count]);
            indexes = indexes[count..];
            frames = frames[count..];
            errors = errors[count..];
        }

        errors.Fill(result.Errno);
        return result;
    }

    /// <summary>
    /// Takes the page away that appears at a place of a domain's physical address space. The domain still owns it.
    /// </summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain whose address space changes; not a PV one.</param>
    /// <param name="frame">The place.</param>
    /// <returns>Xen's result; ENOENT if nothing is there; EPERM not privileged; ESRCH no such domain; ENOMEM.</returns>
    /// <remarks><c>XENMEM_remove_from_physmap</c>, public/memory.h; stable.</remarks>
    public static HypercallResult RemoveFromPhysmap<T>(T transport, DomainId domain, GuestFrameNumber frame)
        where T : IHypercallTransport, allows ref struct
    {
        var remove = new xen_remove_from_physmap { domid = domain.Value, gpfn = frame.Value };
        return Invoke(transport, XenAbi.XENMEM_remove_from_physmap, ref remove);
    }

    private static HypercallResult AddChunk<T>(
        T transport,
        DomainId domain,
        PhysmapSpace space,
        DomainId foreign,
        ReadOnlySpan<ulong> indexes,
        ReadOnlySpan<GuestFrameNumber> frames,
        Span<int> errors)
        where T : IHypercallTransport, allows ref struct
    {
        var count = indexes.Length;
        errors.Fill(XenAbi.XEN_ENOMEM);
        var batch = HypercallList.Acquire<T, xen_add_to_physmap_batch, PhysmapEntry>(transport, count, out var entries);
        if (batch is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        var indexList = (ulong*)entries;
        var frameList = indexList + count;
        var errorList = (int*)(frameList + count);
        var answers = new Span<int>(errorList, count);
        indexes.CopyTo(new Span<ulong>(indexList, count));
        frames.CopyTo(new Span<GuestFrameNumber>(frameList, count));
        answers.Fill(NotReached);
        batch->domid = domain.Value;
        batch->space = (ushort)space;
        batch->size = (ushort)count;
        batch->u.foreign_domid = foreign.Value;
        batch->idxs = indexList;
        batch->gpfns = frameList;
        batch->errs = errorList;
        var result = transport.Invoke(
            XenAbi.__HYPERVISOR_memory_op, XenAbi.XENMEM_add_to_physmap_batch, (ulong)batch);
        for (var i = 0; i < count; i++)
            errors[i] = answers[i] == NotReached ? result.Errno : -answers[i];
        transport.ReleaseBuffer(batch);
        return result;
    }

    // Stands for an element of each of the three lists; only its size is used.
    private struct PhysmapEntry
    {
#pragma warning disable CS0169 // the fields give the size
        private uint _indexLow;
        private uint _indexHigh;
        private uint _frameLow;
        private uint _frameHigh;
        private int _error;
#pragma warning restore CS0169
    }
}

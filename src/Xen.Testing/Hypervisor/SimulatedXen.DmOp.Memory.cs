using System;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>Device model operations on the domain's memory.</content>
// SAFETY: the caller's buffers are as long as their descriptors say; copies are checked against that.
public sealed unsafe partial class SimulatedXen
{
    // 1 GiB.
    private const uint MaximumTrackedFrames = 1 << 18;

    private static HypercallResult TrackVideoMemory(
        SimulatedDomain domain, in xen_dm_op_track_dirty_vram track, in xen_dm_op_buf bitmap)
    {
        if (track.pad != 0 || track.nr > MaximumTrackedFrames)
            return Invalid;
        if (domain.IsDying)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        if (domain.Vcpus.Count == 0)
            return Invalid;
        var size = (track.nr + 7) / 8;
        if (size > bitmap.size)
            return HypercallResult.Failure(XenAbi.XEN_E2BIG);
        if (track.nr == 0)
        {
            domain.Paging.StopTracking();
            return default;
        }

        if (bitmap.h.IsNull)
            return HypercallResult.Failure(XenAbi.XEN_EFAULT);
        domain.Paging.Track(track.first_pfn, track.nr, new Span<byte>(bitmap.h.Pointer, (int)size));
        return default;
    }

    // From the last extent to the first; the count tells where it stopped.
    private static HypercallResult NoteModified(
        SimulatedDomain domain, ref xen_dm_op_modified_memory modified, in xen_dm_op_buf data)
    {
        if (!domain.Paging.LogsDirtyPages)
            return default;
        if (data.size / (ulong)sizeof(xen_dm_op_modified_memory_extent) < modified.nr_extents)
            return Invalid;
        var extents = (xen_dm_op_modified_memory_extent*)data.h.Pointer;
        for (; modified.nr_extents > 0; modified.nr_extents--)
        {
            var extent = extents[modified.nr_extents - 1];
            var end = extent.first_pfn + extent.nr;
            if (extent.pad != 0 || end <= extent.first_pfn || end > (ulong)domain.FrameCount || modified.opaque != 0)
                return Invalid;
            for (var frame = extent.first_pfn; frame < end; frame++)
                domain.Paging.Note(frame);
        }

        return default;
    }

    private static HypercallResult Relocate(SimulatedDomain domain, in xen_dm_op_relocate_memory relocate)
    {
        if (relocate.pad != 0)
            return Invalid;
        for (var i = 0u; i < relocate.size; i++)
        {
            if (!domain.TryMove(relocate.src_gfn + i, relocate.dst_gfn + i))
                return Invalid;
        }

        return default;
    }
}

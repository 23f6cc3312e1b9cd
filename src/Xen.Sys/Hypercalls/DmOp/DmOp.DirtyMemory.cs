using System;

namespace Xen.Sys;

/// <content>Which pages have been written (x86).</content>
public static unsafe partial class DmOp
{
    /// <summary>The most pages that <see cref="TrackDirtyVram"/> reports through Linux: one bit each in 4096 bytes.</summary>
    public const int MaximumTrackedPages = XenPage.Size * 8;

    /// <summary>Starts to track which pages of video memory the guest writes, and reports those since the last call.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain. It has one tracked range: another one replaces it.</param>
    /// <param name="first">First page.</param>
    /// <param name="count">Number of pages, at most <see cref="MaximumTrackedPages"/>; 0 ends the tracking.</param>
    /// <param name="bitmap">
    /// Filled with one bit per page, the first page in bit 0 of byte 0; at least one byte per eight pages. The first call
    /// for a range reports every page of it.
    /// </param>
    /// <returns>
    /// Xen's result; E2BIG if the bitmap is too short, or for more pages; EINVAL for a domain without vCPUs; ESRCH if it
    /// is dying; EFAULT if Xen could not write the bitmap.
    /// </returns>
    /// <remarks><c>XEN_DMOP_track_dirty_vram</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult TrackDirtyVram<T>(
        T transport, DomainId domain, GuestFrameNumber first, uint count, Span<byte> bitmap)
        where T : IHypercallTransport, allows ref struct
    {
        var size = (int)((Math.Min(count, MaximumTrackedPages) + 7) / 8);
        if (count > MaximumTrackedPages || bitmap.Length < size)
            return HypercallResult.Failure(XenAbi.XEN_E2BIG);

        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_track_dirty_vram };
        op.u.track_dirty_vram.nr = count;
        op.u.track_dirty_vram.first_pfn = first.Value;

        // Xen wants a second buffer in any case, and Linux wants none to be empty.
        byte nothing = 0;
        if (size == 0)
        {
            // SAFETY: a byte of this stack frame, and Xen is told of one.
            return Invoke(transport, domain, ref op, &nothing, sizeof(byte));
        }

        // SAFETY: the span is writable, as long as Xen is told, and pinned for the call.
        fixed (byte* bits = bitmap)
            return Invoke(transport, domain, ref op, bits, size);
    }

    /// <summary>Tells Xen which pages a device has written, so that a migration copies them again.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain. Nothing happens unless its dirty pages are being logged.</param>
    /// <param name="extents">
    /// Runs of pages, any number of them; Xen gets 256 at a time. Not changed, but in writable memory: Linux insists.
    /// </param>
    /// <param name="failed">
    /// Index of the extent that Xen was at when it failed with EINVAL or EFAULT; otherwise -1. Xen begins with the last
    /// one, and reports where it is only if it was interrupted: an index that is too high is possible.
    /// </param>
    /// <returns>
    /// Xen's result; EINVAL for an extent without pages, with padding, or that reaches the domain's last page; ESRCH no
    /// such domain. After a failure, any of the pages may have been noted.
    /// </returns>
    /// <remarks><c>XEN_DMOP_modified_memory</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult ModifiedMemory<T>(
        T transport, DomainId domain, Span<xen_dm_op_modified_memory_extent> extents, out int failed)
        where T : IHypercallTransport, allows ref struct
    {
        failed = -1;
        var done = 0;
        while (done < extents.Length)
        {
            var room = HypercallBatch.Capacity<xen_dm_op_modified_memory_extent>();
            var chunk = extents.Slice(done, Math.Min(room, extents.Length - done));
            var op = new xen_dm_op { op = XenAbi.XEN_DMOP_modified_memory };
            op.u.modified_memory.nr_extents = (uint)chunk.Length;

            HypercallResult result;

            // SAFETY: the span is writable, as long as Xen is told, and pinned for the call.
            fixed (xen_dm_op_modified_memory_extent* first = chunk)
                result = Invoke(transport, domain, ref op, first, chunk.Length * sizeof(xen_dm_op_modified_memory_extent));
            if (!result.IsSuccess)
            {
                var at = op.u.modified_memory.nr_extents;
                if (result.Errno is XenAbi.XEN_EINVAL or XenAbi.XEN_EFAULT && at > 0 && at <= chunk.Length)
                    failed = done + (int)at - 1;
                return result;
            }

            done += chunk.Length;
        }

        return default;
    }
}

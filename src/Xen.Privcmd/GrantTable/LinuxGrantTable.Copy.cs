using System;
using System.Buffers;
using Xen.Sys;

namespace Xen.Privcmd;

/// <content>Copies by Xen: GRANT_COPY.</content>
public sealed unsafe partial class LinuxGrantTable
{
    private const int Few = 16;

    /// <inheritdoc/>
    /// <remarks>
    /// Linux itself waits for a page that is away for the moment: this thread sleeps in it, for about half a minute at most,
    /// after which the copy answers <see cref="GrantStatus.BadPage"/>. From a kernel that answers
    /// <see cref="GrantStatus.TryAgain"/> instead, such copies are asked for again for about a second.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// Not as many statuses; or a copy that leaves its page, has a length that is not 1 to 65535, no granted end, or a null
    /// address.
    /// </exception>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public HypercallResult Copy(ReadOnlySpan<GrantCopy> copies, Span<GrantStatus> statuses)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (statuses.Length != copies.Length)
            throw new ArgumentException("not as many statuses as copies", nameof(statuses));
        foreach (ref readonly var copy in copies)
            Check(copy);
        if (copies.IsEmpty)
            return default;

        gntdev_grant_copy_segment[]? rented = null;
        Span<gntdev_grant_copy_segment> segments = copies.Length <= Few
            ? stackalloc gntdev_grant_copy_segment[Few]
            : rented = ArrayPool<gntdev_grant_copy_segment>.Shared.Rent(copies.Length);
        try
        {
            return Copy(copies, segments[..copies.Length], statuses);
        }
        finally
        {
            if (rented is not null)
                ArrayPool<gntdev_grant_copy_segment>.Shared.Return(rented);
        }
    }

    private static void Check(in GrantCopy copy)
    {
        if (copy.Length is <= 0 or > ushort.MaxValue)
            throw new ArgumentException($"a copy of {copy.Length} bytes");
        if (copy.Source.Grant is null && copy.Destination.Grant is null)
            throw new ArgumentException("a copy between two pieces of this process's memory");
        Check(copy.Source, copy.Length);
        Check(copy.Destination, copy.Length);
    }

    private static void Check(GrantCopyEnd end, int length)
    {
        if (end.Grant is null ? end.Address == 0 : end.Offset < 0 || end.Offset > XenPage.Size - length)
            throw new ArgumentException(end.Grant is null ? "a copy from or to nowhere" : "a copy leaves its page");
    }

    private static gntdev_grant_copy_segment Segment(in GrantCopy copy)
    {
        var segment = new gntdev_grant_copy_segment { len = (ushort)copy.Length };
        if (copy.Source.Grant is { } source)
        {
            segment.flags |= (ushort)XenAbi.GNTCOPY_source_gref;
            segment.source.foreign.@ref = source.Reference.Value;
            segment.source.foreign.offset = (ushort)copy.Source.Offset;
            segment.source.foreign.domid = source.Domain.Value;
        }
        else
        {
            segment.source.virt = (void*)copy.Source.Address;
        }

        if (copy.Destination.Grant is { } destination)
        {
            segment.flags |= (ushort)XenAbi.GNTCOPY_dest_gref;
            segment.dest.foreign.@ref = destination.Reference.Value;
            segment.dest.foreign.offset = (ushort)copy.Destination.Offset;
            segment.dest.foreign.domid = destination.Domain.Value;
        }
        else
        {
            segment.dest.virt = (void*)copy.Destination.Address;
        }

        return segment;
    }

    private HypercallResult Copy(
        ReadOnlySpan<GrantCopy> copies, Span<gntdev_grant_copy_segment> segments, Span<GrantStatus> statuses)
    {
        for (var i = 0; i < copies.Length; i++)
            segments[i] = Segment(copies[i]);

        var result = Issue(segments);
        for (var attempt = 0; result.IsSuccess && attempt < GrantPages.BusyAttempts && IsBusy(segments); attempt++)
        {
            _kernel.Pause(GrantPages.BusyPause);
            result = Retry(segments);
        }

        for (var i = 0; result.IsSuccess && i < statuses.Length; i++)
            statuses[i] = (GrantStatus)segments[i].status;
        return result;
    }

    private static bool IsBusy(ReadOnlySpan<gntdev_grant_copy_segment> segments)
    {
        foreach (ref readonly var segment in segments)
        {
            if (segment.status == XenAbi.GNTST_eagain)
                return true;
        }

        return false;
    }

    private HypercallResult Retry(Span<gntdev_grant_copy_segment> segments)
    {
        HypercallResult result = default;
        for (var start = 0; result.IsSuccess && start < segments.Length; start++)
        {
            var end = start;
            while (end < segments.Length && segments[end].status == XenAbi.GNTST_eagain)
                end++;
            if (end == start)
                continue;
            result = Issue(segments[start..end]);
            start = end;
        }

        return result;
    }

    private HypercallResult Issue(Span<gntdev_grant_copy_segment> segments)
    {
        // SAFETY: the segments are pinned and counted; memory of this process that they name does not move, as the
        // caller has promised.
        fixed (gntdev_grant_copy_segment* first = segments)
        {
            var copy = new ioctl_gntdev_grant_copy { count = (uint)segments.Length, segments = first };
            return _kernel.Ioctl(_gntdev, XenAbi.IOCTL_GNTDEV_GRANT_COPY, &copy);
        }
    }
}

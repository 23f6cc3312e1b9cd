using System;
using Xen.Virtio.Storage.Qcow2.Format;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <content>Discards and zeros.</content>
internal sealed partial class Qcow2Image
{
    // Bounds how long others wait, and how much is noted before the tables are written.
    private const int MostClustersAtOnce = 4096;

    private static readonly byte[] s_zeros = new byte[64 * 1024];

    // In version 2, a cluster without a place shows what is behind it, and nothing else can be said of it.
    private bool HasZeroFlag => _header.Version >= 3;

    /// <summary>Frees the clusters that are in a range as a whole. Nothing older shows there afterwards.</summary>
    public void Discard(long offset, long length)
    {
        if (!HasZeroFlag && _backing.Exists)
            return;
        var (start, end) = WholeClusters(offset, length);
        var value = new L2Entry(_backing.Exists ? L2Entry.ZeroFlag : 0);
        while (start < end)
        {
            lock (_allocation)
            {
                CommitIfFull();
                var extent = _mapping.Find(start, Math.Min(end - start, (long)MostClustersAtOnce << _geometry.ClusterBits));
                if (extent.Kind is not (ClusterKind.Unallocated or ClusterKind.Zero))
                    extent = FreeExtent(start, extent, value);
                start += extent.Length;
            }
        }
    }

    /// <summary>Makes a range read as zeros.</summary>
    public void WriteZeroes(long offset, long length, bool mayUnmap)
    {
        var end = offset + length;
        var (wholeStart, wholeEnd) = WholeClusters(offset, length);
        if (wholeStart >= wholeEnd)
        {
            WriteZeroBytes(offset, end);
            return;
        }

        WriteZeroBytes(offset, wholeStart);
        if (HasZeroFlag || (mayUnmap && !_backing.Exists))
            ZeroClusters(wholeStart, wholeEnd, mayUnmap);
        else
            WriteZeroBytes(wholeStart, wholeEnd);
        WriteZeroBytes(wholeEnd, end);
    }

    private void ZeroClusters(long start, long end, bool mayUnmap)
    {
        var value = new L2Entry(HasZeroFlag ? L2Entry.ZeroFlag : 0);
        while (start < end)
        {
            lock (_allocation)
            {
                CommitIfFull();
                var extent = _mapping.Find(start, Math.Min(end - start, (long)MostClustersAtOnce << _geometry.ClusterBits));
                start += ZeroExtent(start, extent, value, mayUnmap).Length;
            }
        }
    }

    private Extent ZeroExtent(long start, in Extent extent, L2Entry value, bool mayUnmap)
    {
        switch (extent.Kind)
        {
            case ClusterKind.Zero:
            case ClusterKind.Unallocated when _backing.IsBeyondEnd(start):
            case ClusterKind.ZeroAllocated when !mayUnmap:
                return extent;
            case ClusterKind.Data when !mayUnmap && extent.Entry.IsCopied:
                return SetExtent(start, extent, new L2Entry(extent.Entry.Value | L2Entry.ZeroFlag), step: _geometry.ClusterSize);
            default:
                return FreeExtent(start, extent, value);
        }
    }

    private Extent FreeExtent(long start, in Extent extent, L2Entry value)
    {
        var done = SetExtent(start, extent, value, step: 0);
        if (extent.Kind == ClusterKind.Compressed)
        {
            FreeLater(done);
            return done;
        }

        if (extent.Kind is ClusterKind.Data or ClusterKind.ZeroAllocated)
        {
            var first = extent.Entry.HostOffset >> _geometry.ClusterBits;
            for (var i = 0L; i < _geometry.ClustersFor(done.Length); i++)
                FreeLater(first + i);
        }

        return done;
    }

    // Sets the entries of all clusters of an extent.
    private Extent SetExtent(long start, in Extent extent, L2Entry value, int step)
    {
        OwnL2(start);
        for (var done = 0L; done < extent.Length; done += _geometry.ClusterSize)
        {
            SetEntry(start + done, value);
            value = new L2Entry(value.Value + (ulong)step);
        }

        return extent;
    }

    private void WriteZeroBytes(long start, long end)
    {
        while (start < end)
        {
            var extent = _mapping.Find(start, Math.Min(end - start, s_zeros.Length));
            if (!ReadsAsZeros(extent.Kind, start))
                Write(start, s_zeros.AsSpan(0, (int)extent.Length));
            start += extent.Length;
        }
    }

    // The last cluster of the disk is whole if the disk ends in it.
    private (long Start, long End) WholeClusters(long offset, long length)
    {
        var end = offset + length;
        var mask = (long)_geometry.ClusterSize - 1;
        var wholeEnd = end == Length ? end : end & ~mask;
        return (Math.Min((offset + mask) & ~mask, end), wholeEnd);
    }
}

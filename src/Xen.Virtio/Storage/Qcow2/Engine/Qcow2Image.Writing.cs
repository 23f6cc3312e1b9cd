using System;
using Xen.Virtio.Storage.Qcow2.Format;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <content>Writes: in place where the cluster is the disk's own, else to a new one.</content>
internal sealed partial class Qcow2Image
{
    // How many bytes were written; 0 if the first cluster has no place of its own.
    private int WriteInPlace(long offset, ReadOnlySpan<byte> source)
    {
        _users.EnterReadLock();
        try
        {
            var extent = _mapping.Find(offset, source.Length);
            if (!extent.IsOwnData)
                return 0;
            CheckIsNoTable(extent);
            _file.Write(extent.HostOffset, source[..(int)extent.Length]);
            return (int)extent.Length;
        }
        finally
        {
            _users.ExitReadLock();
        }
    }

    // How many bytes were written: at most to the end of the cluster.
    private int WriteAllocating(long offset, ReadOnlySpan<byte> source)
    {
        lock (_allocation)
        {
            CommitIfFull();
            var inCluster = _geometry.OffsetInCluster(offset);
            source = source[..Math.Min(source.Length, _geometry.ClusterSize - inCluster)];
            var old = _mapping.Find(offset, source.Length);
            if (old.IsOwnData)
            {
                CheckIsNoTable(old);
                _file.Write(old.HostOffset, source); // another thread has been here meanwhile
                return source.Length;
            }

            OwnL2(offset);
            if (old.Kind == ClusterKind.ZeroAllocated && old.Entry.IsCopied)
            {
                CheckIsNoTable(old);
                WriteWhole(old.Entry.HostOffset, offset - inCluster, inCluster, source, old, placeIsZero: false);
                SetEntry(offset, L2Entry.ForData(old.Entry.HostOffset));
                return source.Length;
            }

            var cluster = _refcounts!.Allocate(out var placeIsZero);
            var place = cluster << _geometry.ClusterBits;
            try
            {
                WriteWhole(place, offset - inCluster, inCluster, source, old, placeIsZero);
            }
            catch
            {
                _refcounts.Release(cluster);
                throw;
            }

            // If this fails, the cluster is lost to use: it may be noted in the recovery log.
            SetEntry(offset, L2Entry.ForData(place));

            FreeLater(old);
            return source.Length;
        }
    }

    // Writes a cluster's new content: what the guest gave, and around it what was there.
    private void WriteWhole(
        long place, long clusterStart, int inCluster, ReadOnlySpan<byte> source, in Extent old, bool placeIsZero)
    {
        if (source.Length == _geometry.ClusterSize)
        {
            _file.Write(place, source);
            return;
        }

        var wasZero = ReadsAsZeros(old.Kind, clusterStart);
        if (wasZero && placeIsZero)
        {
            _file.Write(place + inCluster, source);
            return;
        }

        if (wasZero)
            Array.Clear(_bounce);
        else
            ReadCluster(clusterStart);
        source.CopyTo(_bounce.AsSpan(inCluster));
        _file.Write(place, _bounce);
    }

    // The last cluster of the disk ends behind the disk.
    private void ReadCluster(long clusterStart)
    {
        var length = (int)Math.Min(_geometry.ClusterSize, Length - clusterStart);
        ReadMapped(clusterStart, _bounce.AsSpan(0, length));
        _bounce.AsSpan(length).Clear();
    }

    private bool ReadsAsZeros(ClusterKind kind, long clusterStart) =>
        kind is ClusterKind.Zero or ClusterKind.ZeroAllocated
        || (kind == ClusterKind.Unallocated && _backing.IsBeyondEnd(clusterStart));

    // Makes sure that the L2 table for an offset exists and belongs to the disk alone.
    private void OwnL2(long offset)
    {
        var entry = _mapping.L1EntryAt(offset);
        var old = _mapping.L2Offset(entry);
        if (old != 0 && (entry & TableEntry.Copied) != 0)
            return;

        var cluster = _refcounts!.Allocate(out _);
        try
        {
            _mapping.ReplaceL2(offset, cluster << _geometry.ClusterBits);
        }
        catch
        {
            _refcounts.Release(cluster);
            throw;
        }

        _recovery?.Add(RecoveryKind.L2Table, offset, (ulong)(cluster << _geometry.ClusterBits));

        if (old != 0)
            FreeLater(old >> _geometry.ClusterBits);
    }

    // Nothing in the tables refers to what this cluster had: gives it back after the next commit.
    private void FreeLater(in Extent old)
    {
        switch (old.Kind)
        {
            case ClusterKind.Data or ClusterKind.ZeroAllocated:
                FreeLater(old.Entry.HostOffset >> _geometry.ClusterBits);
                break;
            case ClusterKind.Compressed:
                var extent = old.Entry.CompressedExtentFor(_geometry);
                var last = (extent.Offset + extent.Length - 1) >> _geometry.ClusterBits;
                for (var cluster = extent.Offset >> _geometry.ClusterBits; cluster <= last; cluster++)
                    FreeLater(cluster);
                break;
        }
    }

    // Tables change in memory until they are committed, and the memory for them is bounded.
    private void CommitIfFull()
    {
        if (_mapping.IsHalfDirty || _recovery is { IsDue: true })
            Commit();
    }

    // Data where a table is would be the end of the image.
    private void CheckIsNoTable(in Extent extent)
    {
        var start = extent.HostOffset & ~(long)(_geometry.ClusterSize - 1);
        for (var place = start; place < extent.HostOffset + extent.Length; place += _geometry.ClusterSize)
        {
            if (place == 0 || _mapping.IsL1(place) || _refcounts!.IsTable(place))
                throw new Qcow2CorruptException($"an L2 entry has data at {place}, where tables are");
        }
    }
}

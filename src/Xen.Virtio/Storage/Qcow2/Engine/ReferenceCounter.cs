using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Xen.Virtio.Storage.Qcow2.Format;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>Counts how often each cluster of a file is referred to, by all tables of the image.</summary>
/// <remarks>Dirty bitmaps are not followed: who writes to an image without keeping them up to date gives them up.</remarks>
internal sealed class ReferenceCounter
{
    private const int MaxClusters = 64 << 20;

    // A table may be written before the data it points at, and the file is shorter then.
    private const int MaxClustersBeyondEnd = 64 << 10;

    // 16 TiB in clusters of 64 KiB, or less if it has snapshots.
    private const long MaxEntriesVisited = 1L << 28;

    private readonly ImageFile _file;
    private readonly Qcow2Header _header;
    private readonly Qcow2Geometry _geometry;
    private readonly List<uint> _counts = [];
    private readonly byte[] _table;
    private readonly long _limit;
    private long _visited;

    private ReferenceCounter(ImageFile file, Qcow2Header header)
    {
        _file = file;
        _header = header;
        _geometry = header.Geometry;
        _table = new byte[_geometry.ClusterSize];
        var clusters = _geometry.ClustersFor(file.Length);
        if (clusters > MaxClusters)
            throw new Qcow2CorruptException($"there are {clusters} clusters, too many to count");
        _limit = clusters + MaxClustersBeyondEnd;
        // SAFETY: what the list gets without being written is cleared before anything looks at it.
        CollectionsMarshal.SetCount(_counts, (int)clusters);
        // SAFETY: the list does not grow meanwhile.
        CollectionsMarshal.AsSpan(_counts).Clear();
    }

    /// <summary>How many clusters there are: those of the file, and those beyond its end that are referred to.</summary>
    public int Clusters => _counts.Count;

    /// <summary>How often a cluster is referred to.</summary>
    public uint this[long cluster] => cluster < _counts.Count ? _counts[(int)cluster] : 0;

    /// <summary>Counts.</summary>
    /// <exception cref="Qcow2CorruptException">The tables contradict each other, or are more than can be counted.</exception>
    public static ReferenceCounter Count(ImageFile file, Qcow2Header header)
    {
        var counter = new ReferenceCounter(file, header);
        counter.Add(0, counter._geometry.ClusterSize);
        counter.AddRefcounts();
        counter.AddL1(header.L1Offset, header.L1Entries);
        counter.AddSnapshots();
        return counter;
    }

    /// <summary>Counts a reference to a range of the file.</summary>
    public void Add(long offset, long length)
    {
        if (length == 0)
            return;
        var last = (offset + length - 1) >> _geometry.ClusterBits;
        if (offset < 0 || last >= _limit)
            throw new Qcow2CorruptException($"a table refers to offset {offset}, far beyond the end of the file");
        for (var cluster = (int)(offset >> _geometry.ClusterBits); cluster <= last; cluster++)
        {
            while (cluster >= _counts.Count)
                _counts.Add(0);
            _counts[cluster]++;
        }
    }

    private void AddRefcounts()
    {
        var bytes = (long)_header.RefcountTableClusters << _geometry.ClusterBits;
        Add(_header.RefcountTableOffset, bytes);
        foreach (var entry in BigEndianTable.Read(_file, _header.RefcountTableOffset, (int)(bytes / sizeof(ulong))))
        {
            var block = (long)(entry & TableEntry.OffsetMask);
            if (block == 0)
                continue;
            CheckIsOneTable(block);
            Add(block, _geometry.ClusterSize);
        }
    }

    private void AddSnapshots()
    {
        var at = _header.SnapshotsOffset;
        Span<byte> bytes = stackalloc byte[SnapshotEntry.FixedLength];
        for (var i = 0; i < _header.SnapshotCount; i++)
        {
            _file.Read(at, bytes);
            if (!SnapshotEntry.TryRead(bytes, _geometry, out var entry))
                throw new Qcow2CorruptException($"snapshot {i} cannot be read");
            at += entry.Length;
            AddL1(entry.L1Offset, entry.L1Entries);
        }

        Add(_header.SnapshotsOffset, at - _header.SnapshotsOffset);
    }

    private void AddL1(long offset, int entries)
    {
        Add(offset, (long)entries * sizeof(ulong));
        Visit(entries);
        var seen = new HashSet<long>();
        foreach (var entry in BigEndianTable.Read(_file, offset, entries))
        {
            var table = (long)(entry & TableEntry.OffsetMask);
            if (table == 0)
                continue;
            CheckIsOneTable(table);
            if (!seen.Add(table))
                throw new Qcow2CorruptException($"an L1 table has the L2 table at {table} twice");
            Add(table, _geometry.ClusterSize);
            AddL2(table);
        }
    }

    private void AddL2(long offset)
    {
        Visit(_geometry.L2Entries);
        _file.Read(offset, _table);
        for (var i = 0; i < _geometry.L2Entries; i++)
        {
            var entry = new L2Entry(BinaryPrimitives.ReadUInt64BigEndian(_table.AsSpan(i * sizeof(ulong))));
            switch (entry.KindFor(_header.Version, _geometry))
            {
                case ClusterKind.Data or ClusterKind.ZeroAllocated:
                    Add(entry.HostOffset, _geometry.ClusterSize);
                    break;
                case ClusterKind.Compressed:
                    var extent = entry.CompressedExtentFor(_geometry);
                    Add(extent.Offset, extent.Length);
                    break;
                case ClusterKind.Invalid:
                    throw new Qcow2CorruptException($"an L2 entry at {offset} is {entry.Value:x}");
            }
        }
    }

    private void CheckIsOneTable(long offset)
    {
        if (!_geometry.IsAligned((ulong)offset))
            throw new Qcow2CorruptException($"a table is at {offset}, which is no multiple of a cluster");
    }

    private void Visit(long entries)
    {
        _visited += entries;
        if (_visited > MaxEntriesVisited)
            throw new Qcow2CorruptException("there are more table entries than can be counted here");
    }
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using Xen.Virtio.Storage.Qcow2.Format;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>Who of the file's clusters is used how often, and which are free. Used under the allocation lock.</summary>
/// <remarks>
/// A count may be too high on disk, never too low: blocks may be written at any time, because they are raised before
/// anything refers to the cluster and lowered after the last reference is durably gone (<see cref="FreeLater"/>).
/// </remarks>
internal sealed class RefcountStore
{
    private readonly ImageFile _file;
    private readonly Qcow2Geometry _geometry;
    private readonly Func<long, bool> _isMetadata;
    private readonly TableCache _blocks;
    private readonly SortedSet<int> _newTableEntries = [];
    private readonly List<long> _freed = [];
    private ulong[] _table;
    private int _usedTableEntries;
    private long _nextCandidate;
    private long _neverUsedFrom;

    /// <param name="file">The image.</param>
    /// <param name="header">Its header.</param>
    /// <param name="cacheSlots">How many blocks are kept in memory.</param>
    /// <param name="isMetadata">Whether something else than refcounts is known to be at an offset.</param>
    public RefcountStore(ImageFile file, Qcow2Header header, int cacheSlots, Func<long, bool> isMetadata)
    {
        _file = file;
        _geometry = header.Geometry;
        _isMetadata = isMetadata;
        _blocks = new TableCache(file, _geometry.ClusterSize, cacheSlots);
        TableOffset = header.RefcountTableOffset;
        TableClusters = header.RefcountTableClusters;
        _table = BigEndianTable.Read(file, TableOffset, (int)(((long)TableClusters << _geometry.ClusterBits) / sizeof(ulong)));
        _usedTableEntries = _table.AsSpan().LastIndexOfAnyExcept(0UL) + 1;
        _neverUsedFrom = file.Grows ? _geometry.ClustersFor(file.Length) : long.MaxValue;
    }

    public long TableOffset { get; private set; }

    public int TableClusters { get; private set; }

    /// <summary>How many clusters the table has room for.</summary>
    public long Capacity => (long)_table.Length << _geometry.RefcountBlockBits;

    public bool HasNewTableEntries => _newTableEntries.Count > 0;

    public bool HasFreed => _freed.Count > 0;

    public bool HasChanges => _blocks.DirtyCount > 0 || HasNewTableEntries;

    /// <summary>Where the block of a range of clusters is; 0 if there is none.</summary>
    public long BlockOffset(long blockIndex)
    {
        if (blockIndex >= _table.Length)
            return 0;
        var entry = _table[blockIndex] & ~511UL;
        if (!_geometry.IsAligned(entry) || entry > Qcow2Limits.MaxHostOffset)
            throw new Qcow2CorruptException($"entry {blockIndex} of the refcount table is {entry:x}");
        return (long)entry;
    }

    public ulong Get(long cluster)
    {
        var block = BlockOffset(cluster >> _geometry.RefcountBlockBits);
        return block == 0 ? 0 : RefcountBlock.Read(_blocks.Get(block), _geometry.RefcountOrder, IndexInBlock(cluster));
    }

    /// <summary>Sets a count. Its block must be there.</summary>
    public void Set(long cluster, ulong value)
    {
        var block = BlockOffset(cluster >> _geometry.RefcountBlockBits);
        if (block == 0)
            throw new Qcow2CorruptException($"cluster {cluster} is used, and the refcount table has no block for it");
        var index = IndexInBlock(cluster);
        WriteIfHalfDirty();
        var at = (int)(((long)index << _geometry.RefcountOrder) / 8);
        var length = Math.Max(1, (1 << _geometry.RefcountOrder) / 8);
        RefcountBlock.Write(_blocks.Change(block, at, length), _geometry.RefcountOrder, index, value);
    }

    /// <summary>Takes a free cluster; its count is 1 then.</summary>
    /// <param name="isNeverUsed">Whether its place in the file reads as zeros, because nothing was there before.</param>
    /// <returns>Its number.</returns>
    public long Allocate(out bool isNeverUsed)
    {
        while (true)
        {
            var blockIndex = _nextCandidate >> _geometry.RefcountBlockBits;
            if (blockIndex >= _table.Length)
            {
                Grow();
                continue;
            }

            var block = BlockOffset(blockIndex);
            if (block == 0)
            {
                AddBlock(blockIndex, blockIndex << _geometry.RefcountBlockBits);
                continue;
            }

            var index = FindFree(_blocks.Get(block), IndexInBlock(_nextCandidate));
            if (index < 0)
            {
                _nextCandidate = (blockIndex + 1) << _geometry.RefcountBlockBits;
                continue;
            }

            var cluster = (blockIndex << _geometry.RefcountBlockBits) + index;
            CheckPlace(cluster);
            Set(cluster, 1);
            _nextCandidate = cluster + 1;
            isNeverUsed = cluster >= _neverUsedFrom;
            if (isNeverUsed)
                _neverUsedFrom = cluster + 1;
            return cluster;
        }
    }

    /// <summary>Takes a certain cluster, which nothing else uses; it may be taken already.</summary>
    public void Take(long cluster)
    {
        var blockIndex = cluster >> _geometry.RefcountBlockBits;
        if (blockIndex >= _table.Length)
            throw new Qcow2CorruptException($"cluster {cluster} is beyond what the refcount table can count");
        if (BlockOffset(blockIndex) == 0)
            AddBlock(blockIndex, blockIndex << _geometry.RefcountBlockBits);
        if (Get(cluster) == 0)
            Set(cluster, 1);
    }

    /// <summary>Gives a cluster back that nothing has ever referred to.</summary>
    public void Release(long cluster)
    {
        Set(cluster, 0);
        _nextCandidate = Math.Min(_nextCandidate, cluster);
    }

    /// <summary>Lowers a count once it is durable that there is one reference less.</summary>
    public void FreeLater(long cluster) => _freed.Add(cluster);

    /// <summary>Lowers the counts of <see cref="FreeLater"/>: the references are durably gone.</summary>
    public void ApplyFreed()
    {
        var (first, count) = (0L, 0L); // what is free now, in one piece
        while (_freed.Count > 0)
        {
            var cluster = _freed[^1];
            _freed.RemoveAt(_freed.Count - 1);
            if (!Lower(cluster))
                continue;
            if (count > 0 && cluster == first - 1)
            {
                (first, count) = (cluster, count + 1);
                continue;
            }

            DiscardClusters(first, count);
            (first, count) = (cluster, 1);
        }

        DiscardClusters(first, count);
    }

    public void WriteBlocks() => _blocks.WriteDirty();

    /// <summary>Writes the entries of new blocks, which are durable.</summary>
    public void WriteTable()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        foreach (var index in _newTableEntries)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, _table[index]);
            _file.Write(TableOffset + ((long)index * sizeof(ulong)), bytes);
        }

        _newTableEntries.Clear();
    }

    /// <summary>Makes a block at a cluster that nothing uses. If it is in the block's own range, the block counts it.</summary>
    public void AddBlock(long blockIndex, long cluster)
    {
        CheckPlace(cluster);
        WriteIfHalfDirty();
        var offset = cluster << _geometry.ClusterBits;
        _blocks.Insert(offset, []);
        try
        {
            if (cluster >> _geometry.RefcountBlockBits == blockIndex)
                RefcountBlock.Write(_blocks.Change(offset, 0, 0), _geometry.RefcountOrder, IndexInBlock(cluster), 1);
            _file.Write(offset, _blocks.Get(offset)); // so that a lack of space is seen here, not when it is flushed
        }
        catch
        {
            _blocks.Drop(offset);
            throw;
        }

        _table[blockIndex] = (ulong)offset;
        _newTableEntries.Add((int)blockIndex);
        _usedTableEntries = Math.Max(_usedTableEntries, (int)blockIndex + 1);
    }

    // Whether the cluster is free now.
    private bool Lower(long cluster)
    {
        var count = Get(cluster);
        if (count == 0)
            throw new Qcow2CorruptException($"cluster {cluster} was in use, and its reference count is 0");
        if (count == 1)
            Release(cluster);
        else
            Set(cluster, count - 1);
        return count == 1;
    }

    private void DiscardClusters(long first, long count)
    {
        if (count > 0)
            _file.Discard(first << _geometry.ClusterBits, count << _geometry.ClusterBits);
    }

    private int IndexInBlock(long cluster) => (int)(cluster & (_geometry.RefcountsPerBlock - 1));

    private void WriteIfHalfDirty()
    {
        if (_blocks.IsHalfDirty)
            _blocks.WriteDirty();
    }

    private int FindFree(ReadOnlySpan<byte> block, int from)
    {
        // SAFETY: a block is a cluster, whose size is a multiple of 8; any bits are a number.
        var index = _geometry.RefcountOrder switch
        {
            3 => block[from..].IndexOf((byte)0),
            4 => MemoryMarshal.Cast<byte, ushort>(block)[from..].IndexOf((ushort)0),
            5 => MemoryMarshal.Cast<byte, uint>(block)[from..].IndexOf(0U),
            6 => MemoryMarshal.Cast<byte, ulong>(block)[from..].IndexOf(0UL),
            _ => -2,
        };
        if (index != -2)
            return index < 0 ? -1 : from + index;
        for (; from < _geometry.RefcountsPerBlock; from++)
        {
            if (RefcountBlock.Read(block, _geometry.RefcountOrder, from) == 0)
                return from;
        }

        return -1;
    }

    // A count of 0 at something that is in use would have it overwritten.
    private void CheckPlace(long cluster)
    {
        if (cluster > (long)(Qcow2Limits.MaxHostOffset >> _geometry.ClusterBits) - 1)
            throw new IOException("the image is as large as the format allows");
        var offset = cluster << _geometry.ClusterBits;
        _file.ThrowIfBeyondCapacity(offset + _geometry.ClusterSize);
        if (IsTableOrBlock(offset) || _isMetadata(offset))
            throw new Qcow2CorruptException($"cluster {cluster} holds tables, and its reference count is 0");
    }

    /// <summary>Whether the refcount table or one of its blocks is at an offset.</summary>
    public bool IsTableOrBlock(long offset) =>
        IsTable(offset) || _table.AsSpan(0, _usedTableEntries).Contains((ulong)offset);

    /// <summary>Whether the refcount table is at an offset.</summary>
    public bool IsTable(long offset) =>
        offset >= TableOffset && offset < TableOffset + ((long)TableClusters << _geometry.ClusterBits);

    // A larger table, behind everything that the old one can count, with blocks that count the table and themselves.
    private void Grow()
    {
        var perCluster = _geometry.ClusterSize / sizeof(ulong);
        var first = Capacity;
        var firstBlock = _table.Length;
        var blocks = 1L;
        long clusters;
        while (true)
        {
            var entries = firstBlock + blocks + (firstBlock / 2);
            clusters = (entries + perCluster - 1) / perCluster;
            var needed = (clusters + blocks + _geometry.RefcountsPerBlock - 1) >> _geometry.RefcountBlockBits;
            if (needed <= blocks)
                break;
            blocks = needed;
        }

        if (clusters << _geometry.ClusterBits > Qcow2Limits.MaxRefcountTableBytes)
            throw new IOException("the image is as large as its refcount table can count; convert it to larger clusters");
        CheckPlace(first + clusters + blocks - 1);

        // What the new table points at must be durable before the table is.
        _blocks.WriteDirty();
        var table = new ulong[clusters * perCluster];
        _table.CopyTo(table, 0);
        var block = new byte[_geometry.ClusterSize];
        for (var i = 0L; i < blocks; i++)
        {
            Array.Clear(block);
            var counted = Math.Min(_geometry.RefcountsPerBlock, clusters + blocks - (i << _geometry.RefcountBlockBits));
            for (var index = 0; index < counted; index++)
                RefcountBlock.Write(block, _geometry.RefcountOrder, index, 1);
            var offset = (first + clusters + i) << _geometry.ClusterBits;
            _file.Write(offset, block);
            _blocks.Drop(offset);
            table[firstBlock + i] = (ulong)offset;
        }

        var tableOffset = first << _geometry.ClusterBits;
        BigEndianTable.Write(_file, tableOffset, table);
        _file.Sync();
        Span<byte> place = stackalloc byte[12];
        Qcow2Header.WriteRefcountTable(place, tableOffset, (int)clusters);
        _file.Write(Qcow2Header.RefcountTableOffsetOffset, place);
        _file.Sync();

        var (oldOffset, oldClusters) = (TableOffset, TableClusters);
        (_table, TableOffset, TableClusters) = (table, tableOffset, (int)clusters);
        _usedTableEntries = (int)(firstBlock + blocks);
        _newTableEntries.Clear();
        if (_neverUsedFrom != long.MaxValue)
            _neverUsedFrom = Math.Max(_neverUsedFrom, first + clusters + blocks);
        for (var i = 0; i < oldClusters; i++)
            FreeLater((oldOffset >> _geometry.ClusterBits) + i);
    }
}

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Virtio.Storage.Qcow2.Format;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>The L1 table and the L2 tables: where in the file the disk's clusters are.</summary>
/// <remarks>Any thread may look things up. Changes are made, and written, under the allocation lock only.</remarks>
internal sealed class MappingTables
{
    private readonly ImageFile _file;
    private readonly Qcow2Header _header;
    private readonly Qcow2Geometry _geometry;
    private readonly ulong[] _l1;
    private readonly SortedSet<int> _dirtyL1 = [];

    // Held for lookups and changes in memory, and while a table is read; never during a flush.
    private readonly Lock _gate = new();
    private readonly TableCache _l2;

    /// <param name="file">The image.</param>
    /// <param name="header">Its header.</param>
    /// <param name="cacheSlots">How many L2 tables are kept in memory.</param>
    public MappingTables(ImageFile file, Qcow2Header header, int cacheSlots)
    {
        _file = file;
        _header = header;
        _geometry = header.Geometry;
        _l1 = BigEndianTable.Read(file, header.L1Offset, header.L1Entries);
        _l2 = new TableCache(file, _geometry.ClusterSize, cacheSlots);
    }

    /// <summary>Whether something is to be written.</summary>
    public bool HasChanges => _l2.DirtyCount > 0 || _dirtyL1.Count > 0;

    /// <summary>Whether changes must be written before more are made.</summary>
    public bool IsHalfDirty => _l2.IsHalfDirty;

    /// <summary>Looks up how a range of the disk is kept.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">How much of it matters, 1 or more.</param>
    /// <returns>How its beginning is kept: at most <paramref name="length"/> bytes, at least one.</returns>
    public Extent Find(long offset, long length)
    {
        length = Math.Min(length, _geometry.BytesPerL2 - (offset & (_geometry.BytesPerL2 - 1)));
        lock (_gate)
        {
            var table = L2Offset(_l1[_geometry.L1Index(offset)]);
            if (table == 0)
                return new Extent(ClusterKind.Unallocated, default, 0, length);
            // SAFETY: a table is a cluster, whose size is a multiple of 8; any bits are a number.
            return FindIn(MemoryMarshal.Cast<byte, ulong>(_l2.Get(table)), offset, length);
        }
    }

    /// <summary>The L1 entry for an offset of the disk; 0 if there is none.</summary>
    public ulong L1EntryAt(long offset) => _l1[_geometry.L1Index(offset)];

    /// <summary>Where the L2 table of an L1 entry is; 0 if there is none.</summary>
    public long L2Offset(ulong l1Entry)
    {
        var offset = l1Entry & TableEntry.OffsetMask;
        return _geometry.IsAligned(offset)
            ? (long)offset
            : throw new Qcow2CorruptException($"an entry of the L1 table is {l1Entry:x}");
    }

    /// <summary>Gives a part of the disk an L2 table of its own.</summary>
    /// <param name="offset">Somewhere in that part.</param>
    /// <param name="newTable">A cluster that is taken for it.</param>
    public void ReplaceL2(long offset, long newTable)
    {
        var index = (int)_geometry.L1Index(offset);
        lock (_gate)
        {
            var old = L2Offset(_l1[index]);
            _l2.Insert(newTable, old == 0 ? [] : _l2.Get(old));
            try
            {
                _file.Write(newTable, _l2.Get(newTable)); // so that a lack of space is seen here, not when it is flushed
            }
            catch
            {
                _l2.Drop(newTable);
                throw;
            }

            _l1[index] = (ulong)newTable | TableEntry.Copied;
            _dirtyL1.Add(index);
        }
    }

    /// <summary>Gives a part of the disk an L2 table that is in the file already.</summary>
    /// <param name="offset">Somewhere in that part.</param>
    /// <param name="table">Where the table is.</param>
    public void AdoptL2(long offset, long table)
    {
        var index = (int)_geometry.L1Index(offset);
        lock (_gate)
        {
            _l1[index] = (ulong)table | TableEntry.Copied;
            _dirtyL1.Add(index);
        }
    }

    /// <summary>Sets the L2 entry of a cluster, whose L2 table belongs to the disk alone.</summary>
    public void Set(long offset, L2Entry entry)
    {
        lock (_gate)
        {
            var table = L2Offset(_l1[_geometry.L1Index(offset)]);
            var at = _geometry.L2Index(offset) * sizeof(ulong);
            BinaryPrimitives.WriteUInt64BigEndian(_l2.Change(table, at, sizeof(ulong))[at..], entry.Value);
        }
    }

    /// <summary>Writes what has changed. What it points at must be durable.</summary>
    public void Write()
    {
        lock (_gate)
            _l2.WriteDirty();
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        foreach (var index in _dirtyL1)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, _l1[index]);
            _file.Write(_header.L1Offset + ((long)index * sizeof(ulong)), bytes);
        }

        _dirtyL1.Clear();
    }

    /// <summary>Whether the L1 table is at an offset.</summary>
    public bool IsL1(long offset) =>
        offset >= _header.L1Offset && offset < _header.L1Offset + ((long)_l1.Length * sizeof(ulong));

    /// <summary>Whether the L1 table or an L2 table is at an offset.</summary>
    public bool IsTable(long offset) =>
        IsL1(offset) || _l1.AsSpan().IndexOfAny((ulong)offset, (ulong)offset | TableEntry.Copied) >= 0;

    private Extent FindIn(ReadOnlySpan<ulong> table, long offset, long length)
    {
        var index = _geometry.L2Index(offset);
        var entry = ReadEntry(table, index);
        var kind = entry.KindFor(_header.Version, _geometry);
        if (kind == ClusterKind.Invalid)
            throw new Qcow2CorruptException($"the L2 entry for offset {offset} is {entry.Value:x}");

        var inCluster = _geometry.OffsetInCluster(offset);
        var found = (long)_geometry.ClusterSize - inCluster;
        var step = kind is ClusterKind.Data or ClusterKind.ZeroAllocated ? (ulong)_geometry.ClusterSize : 0;
        if (kind != ClusterKind.Compressed)
        {
            // All that makes an extent longer is an entry that is the same, but for the place.
            var next = entry.Value + step;
            while (found < length && ReadEntry(table, ++index).Value == next)
            {
                found += _geometry.ClusterSize;
                next += step;
            }
        }

        return new Extent(kind, entry, entry.HostOffset + inCluster, Math.Min(found, length));
    }

    private static L2Entry ReadEntry(ReadOnlySpan<ulong> table, int index) =>
        new(BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(table[index]) : table[index]);
}

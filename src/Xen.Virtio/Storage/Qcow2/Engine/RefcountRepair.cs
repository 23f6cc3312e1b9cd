using System;
using System.Buffers.Binary;
using Xen.Virtio.Storage.Qcow2.Format;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>Sets all reference counts to what the tables say, and the flags that depend on them; then the dirty bit is off.</summary>
/// <remarks>A loss of power meanwhile leaves the dirty bit on, and the next open begins anew.</remarks>
internal sealed class RefcountRepair
{
    private const int CacheSlots = 64;

    private readonly ImageFile _file;
    private readonly Qcow2Header _header;
    private readonly Qcow2Geometry _geometry;
    private readonly ReferenceCounter _counts;
    private readonly RefcountStore _refcounts;
    private long _changed;

    private RefcountRepair(ImageFile file, Qcow2Header header)
    {
        _file = file;
        _header = header;
        _geometry = header.Geometry;
        _counts = ReferenceCounter.Count(file, header);
        _refcounts = new RefcountStore(file, header, CacheSlots, _ => false);
    }

    /// <summary>Repairs an image whose dirty bit is on.</summary>
    /// <returns>How many counts and flags were wrong.</returns>
    /// <exception cref="Qcow2CorruptException">More than counts is wrong.</exception>
    public static long Run(ImageFile file, Qcow2Header header)
    {
        var repair = new RefcountRepair(file, header);
        repair.CheckBlocks();
        repair.AddBlocks();
        repair.SetCounts();
        repair.Write();
        repair.SetFlags();
        file.Sync();
        repair.ClearDirtyBit();
        file.Sync();
        return repair._changed;
    }

    // A block that something else refers to as well must not be written to.
    private void CheckBlocks()
    {
        for (var i = 0L; i << _geometry.RefcountBlockBits < _refcounts.Capacity; i++)
        {
            var block = _refcounts.BlockOffset(i);
            if (block != 0 && _counts[block >> _geometry.ClusterBits] != 1)
                throw new Qcow2CorruptException($"the refcount block at {block} is used for something else, too");
        }
    }

    // New blocks go behind everything, for a place without a count may be in use.
    private void AddBlocks()
    {
        if (_counts.Clusters > _refcounts.Capacity)
            throw new Qcow2CorruptException("the refcount table is too small for the file");
        for (var i = 0L; i << _geometry.RefcountBlockBits < _counts.Clusters; i++)
        {
            if (_refcounts.BlockOffset(i) != 0)
                continue;
            long place = _counts.Clusters;
            if (place >= _refcounts.Capacity)
                throw new Qcow2CorruptException("the refcount table is too small for the file");
            _counts.Add(place << _geometry.ClusterBits, _geometry.ClusterSize);
            _refcounts.AddBlock(i, place);
        }
    }

    private void SetCounts()
    {
        var most = RefcountBlock.MaxFor(_geometry.RefcountOrder);
        for (var i = 0L; i << _geometry.RefcountBlockBits < _refcounts.Capacity; i++)
        {
            if (_refcounts.BlockOffset(i) == 0)
                continue;
            var first = i << _geometry.RefcountBlockBits;
            for (var cluster = first; cluster < first + _geometry.RefcountsPerBlock; cluster++)
            {
                var count = _counts[cluster];
                if (count > most)
                    throw new Qcow2CorruptException($"cluster {cluster} is used {count} times, more than can be counted");
                if (_refcounts.Get(cluster) == count)
                    continue;
                _refcounts.Set(cluster, count);
                _changed++;
            }
        }
    }

    private void Write()
    {
        _refcounts.WriteBlocks();
        _file.Sync();
        _refcounts.WriteTable();
        _file.Sync();
    }

    private void SetFlags()
    {
        var l1 = BigEndianTable.Read(_file, _header.L1Offset, _header.L1Entries);
        var l2 = new byte[_geometry.ClusterSize];
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        for (var i = 0; i < l1.Length; i++)
        {
            var table = (long)(l1[i] & TableEntry.OffsetMask);
            if (table == 0)
                continue;
            var entry = WithFlag(l1[i], table);
            if (entry != l1[i])
            {
                BinaryPrimitives.WriteUInt64BigEndian(bytes, entry);
                _file.Write(_header.L1Offset + ((long)i * sizeof(ulong)), bytes);
                _changed++;
            }

            SetFlagsIn(table, l2);
        }
    }

    private void SetFlagsIn(long table, byte[] l2)
    {
        _file.Read(table, l2);
        var changed = 0;
        for (var i = 0; i < _geometry.L2Entries; i++)
        {
            var bytes = l2.AsSpan(i * sizeof(ulong), sizeof(ulong));
            var entry = new L2Entry(BinaryPrimitives.ReadUInt64BigEndian(bytes));
            if (entry.IsCompressed || entry.HostOffset == 0)
                continue;
            var value = WithFlag(entry.Value, entry.HostOffset);
            if (value == entry.Value)
                continue;
            BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
            changed++;
        }

        if (changed > 0)
            _file.Write(table, l2);
        _changed += changed;
    }

    private ulong WithFlag(ulong entry, long offset) => _counts[offset >> _geometry.ClusterBits] == 1
        ? entry | TableEntry.Copied
        : entry & ~TableEntry.Copied;

    private void ClearDirtyBit()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(
            bytes, (ulong)(_header.IncompatibleFeatures & ~Qcow2IncompatibleFeatures.Dirty));
        _file.Write(Qcow2Header.IncompatibleFeaturesOffset, bytes);
    }
}

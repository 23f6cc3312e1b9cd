using System;
using System.IO;
using System.Numerics;
using System.Text;
using Xen.Virtio.Storage.Qcow2.Format;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>Makes new images: header, refcount table, refcount blocks, L1 table, one after the other.</summary>
internal static class Qcow2Creator
{
    private const int SectorSize = 512;

    /// <summary>Makes an image.</summary>
    /// <exception cref="BlockBackendException">It cannot be made.</exception>
    public static void Create(string path, Qcow2CreateOptions options)
    {
        var (header, start) = Plan(path, options);
        using var file = HostFile.Create(path);
        try
        {
            Write(file, header, start);
        }
        catch (Exception e)
        {
            File.Delete(path);
            throw new BlockBackendException($"qcow2 image {path}: cannot be made: {e.Message}", e);
        }
    }

    private static (Qcow2Header Header, byte[] Start) Plan(string path, Qcow2CreateOptions options)
    {
        var geometry = new Qcow2Geometry(
            BitOperations.Log2((uint)options.ClusterSize), BitOperations.Log2((uint)options.RefcountBits));
        if (!BitOperations.IsPow2(options.ClusterSize)
            || geometry.ClusterBits is < Qcow2Limits.MinClusterBits or > Qcow2Limits.MaxClusterBits)
            throw Refuse(path, $"clusters of {options.ClusterSize} bytes; a power of two from 512 to 2 MiB is possible");
        if (!BitOperations.IsPow2(options.RefcountBits) || geometry.RefcountOrder > Qcow2Limits.MaxRefcountOrder)
            throw Refuse(path, $"reference counts of {options.RefcountBits} bits; a power of two from 1 to 64 is possible");
        if (options.Size < SectorSize || options.Size % SectorSize != 0)
            throw Refuse(path, $"a disk of {options.Size} bytes; a multiple of {SectorSize} is possible");
        var l1Entries = geometry.L1EntriesFor(options.Size);
        if (l1Entries > Qcow2Limits.MaxL1Bytes / sizeof(ulong))
            throw Refuse(path, $"a disk of {options.Size} bytes is too large for clusters of {options.ClusterSize}");

        var start = new byte[geometry.ClusterSize];
        var extensions = 0;
        var name = Encoding.UTF8.GetBytes(options.BackingFile ?? "");
        if (name.Length > 0)
        {
            if (options.BackingFormat is not ("raw" or "qcow2"))
                throw Refuse(path, "its backing file wants a format, raw or qcow2");
            extensions = Qcow2Extensions.WriteBackingFormat(
                start.AsSpan(Qcow2Header.Version3Length), options.BackingFormat);
        }

        var nameOffset = Qcow2Header.Version3Length + extensions + 8; // 8 zeros end the extensions
        if (name.Length > Math.Min(Qcow2Limits.MaxBackingNameBytes, start.Length - nameOffset))
            throw Refuse(path, $"the name of its backing file has {name.Length} bytes, which is too long");
        name.CopyTo(start, nameOffset);

        // Each refcount block counts itself, too.
        var l1Clusters = geometry.ClustersFor(l1Entries * sizeof(ulong));
        long blocks = 1, tableClusters = 1;
        while (true)
        {
            tableClusters = geometry.ClustersFor(blocks * sizeof(ulong));
            var all = 1 + tableClusters + blocks + l1Clusters;
            var needed = (all + geometry.RefcountsPerBlock - 1) >> geometry.RefcountBlockBits;
            if (needed <= blocks)
                break;
            blocks = needed;
        }

        var header = new Qcow2Header
        {
            Version = 3,
            Geometry = geometry,
            Size = options.Size,
            BackingNameOffset = name.Length == 0 ? 0 : nameOffset,
            BackingNameLength = name.Length,
            L1Entries = (int)l1Entries,
            L1Offset = (1 + tableClusters + blocks) << geometry.ClusterBits,
            RefcountTableOffset = geometry.ClusterSize,
            RefcountTableClusters = (int)tableClusters,
        };
        header.Write(start);
        return (header, start);
    }

    private static void Write(ImageFile file, Qcow2Header header, byte[] start)
    {
        var geometry = header.Geometry;
        var l1Clusters = geometry.ClustersFor((long)header.L1Entries * sizeof(ulong));
        var used = (header.L1Offset >> geometry.ClusterBits) + l1Clusters;
        var firstBlock = 1 + header.RefcountTableClusters;
        var blocks = (int)(header.L1Offset >> geometry.ClusterBits) - firstBlock;

        var table = new ulong[header.RefcountTableClusters * (geometry.ClusterSize / sizeof(ulong))];
        var block = new byte[geometry.ClusterSize];
        for (var i = 0; i < blocks; i++)
        {
            var offset = (long)(firstBlock + i) << geometry.ClusterBits;
            table[i] = (ulong)offset;
            Array.Clear(block);
            var counted = Math.Min(geometry.RefcountsPerBlock, used - ((long)i << geometry.RefcountBlockBits));
            for (var index = 0; index < counted; index++)
                RefcountBlock.Write(block, geometry.RefcountOrder, index, 1);
            file.Write(offset, block);
        }

        BigEndianTable.Write(file, header.RefcountTableOffset, table);
        for (var i = 0; i < l1Clusters; i++)
        {
            Array.Clear(block);
            file.Write(header.L1Offset + ((long)i << geometry.ClusterBits), block);
        }

        // The header last: half an image is none.
        file.Sync();
        file.Write(0, start);
        file.Sync();
    }

    private static BlockBackendException Refuse(string path, string reason) =>
        new($"qcow2 image {path}: cannot be made: {reason}");
}

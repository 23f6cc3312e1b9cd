using System;
using System.Buffers.Binary;

namespace Xen.Virtio.Storage.Qcow2.Format;

/// <summary>Takes a header apart. Whatever is in it, this gives a header within the limits, or a reason.</summary>
internal static class Qcow2HeaderReader
{
    /// <summary>Reads the fixed part.</summary>
    /// <param name="bytes">The beginning of the file, as much of a cluster as there is.</param>
    /// <param name="header">What it says.</param>
    /// <param name="error">Why it cannot be used; reads on after "qcow2 image NAME: ".</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Qcow2Header? header, out string? error)
    {
        header = null;
        error = null;
        if (bytes.Length < Qcow2Header.Version2Length || BinaryPrimitives.ReadUInt32BigEndian(bytes) != Qcow2Header.Magic)
        {
            error = "is not a qcow2 image";
            return false;
        }

        var version = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (version is not (2 or 3))
        {
            error = $"has version {version}, and 2 and 3 are known";
            return false;
        }

        if (version == 3 && bytes.Length < Qcow2Header.Version3Length)
        {
            error = "ends within its header";
            return false;
        }

        error = Parse(bytes, (int)version, out header);
        return error is null;
    }

    private static string? Parse(ReadOnlySpan<byte> bytes, int version, out Qcow2Header? header)
    {
        header = null;
        var clusterBits = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]);
        if (clusterBits is < Qcow2Limits.MinClusterBits or > Qcow2Limits.MaxClusterBits)
            return $"has clusters of 2^{clusterBits} bytes, and 2^{Qcow2Limits.MinClusterBits} to 2^{Qcow2Limits.MaxClusterBits} are known";
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[32..]) != 0)
            return "is encrypted, which is not supported; convert it with: qemu-img convert";

        var order = version == 2 ? 4 : BinaryPrimitives.ReadUInt32BigEndian(bytes[96..]);
        if (order > Qcow2Limits.MaxRefcountOrder)
            return $"has reference counts of 2^{order} bits, and 1 to 64 bits are known";
        var geometry = new Qcow2Geometry((int)clusterBits, (int)order);
        var headerLength = version == 2 ? Qcow2Header.Version2Length : BinaryPrimitives.ReadUInt32BigEndian(bytes[100..]);
        if (version == 3
            && (headerLength < Qcow2Header.Version3Length || headerLength % 8 != 0 || headerLength > geometry.ClusterSize))
            return $"has a header of {headerLength} bytes, which cannot be";

        var size = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
        if (size > long.MaxValue - Qcow2Limits.MaxL1Bytes)
            return $"has a disk of {size} bytes, which is too large";
        var l1Entries = BinaryPrimitives.ReadUInt32BigEndian(bytes[36..]);
        var l1Offset = BinaryPrimitives.ReadUInt64BigEndian(bytes[40..]);
        if (l1Entries > Qcow2Limits.MaxL1Bytes / sizeof(ulong))
            return $"has an L1 table of {l1Entries} entries, which is too large";
        if (l1Entries < geometry.L1EntriesFor((long)size))
            return $"has an L1 table of {l1Entries} entries, which is too small for its disk of {size} bytes";
        if (l1Entries > 0 && !IsPlace(geometry, l1Offset, l1Entries * sizeof(ulong)))
            return $"has its L1 table at {l1Offset}, where it cannot be";

        var refcountOffset = BinaryPrimitives.ReadUInt64BigEndian(bytes[48..]);
        var refcountClusters = BinaryPrimitives.ReadUInt32BigEndian(bytes[56..]);
        if ((ulong)refcountClusters << (int)clusterBits is 0 or > Qcow2Limits.MaxRefcountTableBytes)
            return $"has a refcount table of {refcountClusters} clusters, and 1 cluster to 8 MiB are known";
        if (!IsPlace(geometry, refcountOffset, (ulong)refcountClusters << (int)clusterBits))
            return $"has its refcount table at {refcountOffset}, where it cannot be";

        var snapshots = BinaryPrimitives.ReadUInt32BigEndian(bytes[60..]);
        var snapshotsOffset = BinaryPrimitives.ReadUInt64BigEndian(bytes[64..]);
        if (snapshots > Qcow2Limits.MaxSnapshots || (snapshots > 0 && !IsPlace(geometry, snapshotsOffset, 1)))
            return $"has {snapshots} snapshots at {snapshotsOffset}, which cannot be";

        var backingOffset = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        var backingLength = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
        if (backingOffset != 0
            && (backingLength > Qcow2Limits.MaxBackingNameBytes
                || backingOffset < headerLength
                || backingOffset > (ulong)geometry.ClusterSize - backingLength
                || backingOffset + backingLength > (ulong)bytes.Length))
            return $"has the name of its backing file ({backingLength} bytes) at {backingOffset}, where it cannot be";

        header = new Qcow2Header
        {
            Version = version,
            Geometry = geometry,
            Size = (long)size,
            BackingNameOffset = (long)backingOffset,
            BackingNameLength = backingOffset == 0 ? 0 : (int)backingLength,
            L1Entries = (int)l1Entries,
            L1Offset = (long)l1Offset,
            RefcountTableOffset = (long)refcountOffset,
            RefcountTableClusters = (int)refcountClusters,
            SnapshotCount = (int)snapshots,
            SnapshotsOffset = (long)snapshotsOffset,
            HeaderLength = (int)headerLength,
        };
        if (version == 3)
        {
            header = header with
            {
                IncompatibleFeatures = (Qcow2IncompatibleFeatures)BinaryPrimitives.ReadUInt64BigEndian(bytes[72..]),
                CompatibleFeatures = (Qcow2CompatibleFeatures)BinaryPrimitives.ReadUInt64BigEndian(bytes[80..]),
                AutoclearFeatures = BinaryPrimitives.ReadUInt64BigEndian(bytes[88..]),
            };
        }

        return null;
    }

    // Aligned, behind the header's cluster, and within what an offset can say.
    private static bool IsPlace(in Qcow2Geometry geometry, ulong offset, ulong length) =>
        geometry.IsAligned(offset)
        && offset >= (ulong)geometry.ClusterSize
        && offset <= Qcow2Limits.MaxHostOffset - length;
}

using System;
using System.Buffers.Binary;

namespace Xen.Virtio.Storage.Qcow2.Format;

/// <summary>The fixed part of a header, version 2 or 3.</summary>
internal sealed record Qcow2Header
{
    public const uint Magic = 0x514649FB; // "QFI\xfb"
    public const int Version2Length = 72;
    public const int Version3Length = 104;

    public const int CompressionTypeOffset = 104;

    public const int IncompatibleFeaturesOffset = 72;
    /// <summary>
    /// An autoclear feature of our own: changes may be in a recovery log that are not in the image yet. Who does not know it
    /// clears it before the first write, and so the log is known to be stale.
    /// </summary>
    public const ulong HasRecoveryLog = 1UL << 63;

    public const int AutoclearFeaturesOffset = 88;
    public const int RefcountTableOffsetOffset = 48;

    public required int Version { get; init; }

    public required Qcow2Geometry Geometry { get; init; }

    /// <summary>Length of the disk in bytes.</summary>
    public required long Size { get; init; }

    public long BackingNameOffset { get; init; }

    public int BackingNameLength { get; init; }

    public required int L1Entries { get; init; }

    public required long L1Offset { get; init; }

    public required long RefcountTableOffset { get; init; }

    public required int RefcountTableClusters { get; init; }

    public int SnapshotCount { get; init; }

    public long SnapshotsOffset { get; init; }

    public Qcow2IncompatibleFeatures IncompatibleFeatures { get; init; }

    public Qcow2CompatibleFeatures CompatibleFeatures { get; init; }

    public ulong AutoclearFeatures { get; init; }

    /// <summary>Bytes of the header; its extensions follow.</summary>
    public int HeaderLength { get; init; } = Version3Length;

    /// <summary>Writes the fixed part.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, Magic);
        BinaryPrimitives.WriteInt32BigEndian(destination[4..], Version);
        BinaryPrimitives.WriteInt64BigEndian(destination[8..], BackingNameOffset);
        BinaryPrimitives.WriteInt32BigEndian(destination[16..], BackingNameLength);
        BinaryPrimitives.WriteInt32BigEndian(destination[20..], Geometry.ClusterBits);
        BinaryPrimitives.WriteInt64BigEndian(destination[24..], Size);
        BinaryPrimitives.WriteInt32BigEndian(destination[32..], 0);
        BinaryPrimitives.WriteInt32BigEndian(destination[36..], L1Entries);
        BinaryPrimitives.WriteInt64BigEndian(destination[40..], L1Offset);
        WriteRefcountTable(destination[RefcountTableOffsetOffset..], RefcountTableOffset, RefcountTableClusters);
        BinaryPrimitives.WriteInt32BigEndian(destination[60..], SnapshotCount);
        BinaryPrimitives.WriteInt64BigEndian(destination[64..], SnapshotsOffset);
        if (Version < 3)
            return;
        BinaryPrimitives.WriteUInt64BigEndian(destination[72..], (ulong)IncompatibleFeatures);
        BinaryPrimitives.WriteUInt64BigEndian(destination[80..], (ulong)CompatibleFeatures);
        BinaryPrimitives.WriteUInt64BigEndian(destination[88..], AutoclearFeatures);
        BinaryPrimitives.WriteInt32BigEndian(destination[96..], Geometry.RefcountOrder);
        BinaryPrimitives.WriteInt32BigEndian(destination[100..], HeaderLength);
    }

    /// <summary>Writes where the refcount table is: 12 bytes, which belong to <see cref="RefcountTableOffsetOffset"/>.</summary>
    public static void WriteRefcountTable(Span<byte> destination, long offset, int clusters)
    {
        BinaryPrimitives.WriteInt64BigEndian(destination, offset);
        BinaryPrimitives.WriteInt32BigEndian(destination[8..], clusters);
    }
}

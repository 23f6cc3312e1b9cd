using System;
using System.Buffers.Binary;

namespace Xen.Virtio.Storage.Qcow2.Format;

/// <summary>An entry of the snapshot table, as far as it says which clusters belong to the snapshot.</summary>
/// <param name="L1Offset">Where its L1 table is.</param>
/// <param name="L1Entries">How long that is.</param>
/// <param name="Length">Bytes of the entry; the next one follows.</param>
internal readonly record struct SnapshotEntry(long L1Offset, int L1Entries, int Length)
{
    public const int FixedLength = 40;

    private const int MaxExtraBytes = 1024;

    /// <summary>Reads the fixed part of an entry.</summary>
    /// <param name="bytes"><see cref="FixedLength"/> bytes.</param>
    /// <param name="geometry">Of the image.</param>
    /// <param name="entry">What it says, within the limits.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, in Qcow2Geometry geometry, out SnapshotEntry entry)
    {
        entry = default;
        var offset = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var entries = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        var extra = BinaryPrimitives.ReadUInt32BigEndian(bytes[36..]);
        if (entries > Qcow2Limits.MaxL1Bytes / sizeof(ulong) || extra > MaxExtraBytes
            || !geometry.IsAligned(offset) || offset > Qcow2Limits.MaxHostOffset - Qcow2Limits.MaxL1Bytes)
            return false;

        var names = BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]) + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        entry = new SnapshotEntry((long)offset, (int)entries, (FixedLength + (int)extra + names + 7) & ~7);
        return true;
    }
}

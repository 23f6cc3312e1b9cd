namespace Xen.Virtio.Storage.Qcow2.Format;

/// <summary>An entry of an L2 table: where one cluster of the disk is.</summary>
/// <param name="Value">As it is in the table, in the machine's byte order.</param>
internal readonly record struct L2Entry(ulong Value)
{
    private const int CompressedSectorSize = 512;

    /// <summary>Reads as zeros (version 3).</summary>
    public const ulong ZeroFlag = 1;

    public bool IsCopied => (Value & TableEntry.Copied) != 0;

    public bool IsCompressed => (Value & TableEntry.Compressed) != 0;

    /// <summary>Where the cluster is in the file, if it is there and not compressed.</summary>
    public long HostOffset => (long)(Value & TableEntry.OffsetMask);

    /// <summary>The only reference to a cluster of the file that holds data.</summary>
    public static L2Entry ForData(long hostOffset) => new((ulong)hostOffset | TableEntry.Copied);

    public ClusterKind KindFor(int version, in Qcow2Geometry geometry)
    {
        if (IsCompressed)
            return ClusterKind.Compressed;
        var offset = Value & TableEntry.OffsetMask;
        if (!geometry.IsAligned(offset))
            return ClusterKind.Invalid;
        if ((Value & ZeroFlag) != 0 && version >= 3)
            return offset == 0 ? ClusterKind.Zero : ClusterKind.ZeroAllocated;
        return offset == 0 ? ClusterKind.Unallocated : ClusterKind.Data;
    }

    /// <summary>Where the compressed bytes are. They may end before the length does.</summary>
    public CompressedExtent CompressedExtentFor(in Qcow2Geometry geometry)
    {
        // An offset in bytes, and above it how many sectors there are after the one that it is in.
        var offsetBits = 62 - (geometry.ClusterBits - 8);
        var offset = Value & ((1UL << offsetBits) - 1);
        var moreSectors = (Value >> offsetBits) & ((1UL << (geometry.ClusterBits - 8)) - 1);
        var length = ((moreSectors + 1) * CompressedSectorSize) - (offset & (CompressedSectorSize - 1));
        return new CompressedExtent((long)offset, (int)length);
    }
}

namespace Xen.Virtio.Storage.Qcow2.Format;

/// <summary>Bits that entries of L1 and L2 tables share.</summary>
internal static class TableEntry
{
    /// <summary>What the entry points at has a reference count of 1: it may be changed in place.</summary>
    public const ulong Copied = 1UL << 63;

    /// <summary>Of an L2 entry: a compressed cluster.</summary>
    public const ulong Compressed = 1UL << 62;

    /// <summary>The offset in the file.</summary>
    public const ulong OffsetMask = 0x00FF_FFFF_FFFF_FE00;
}

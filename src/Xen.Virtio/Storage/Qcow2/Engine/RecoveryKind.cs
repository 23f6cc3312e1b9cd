namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>What a process that is gone has changed in memory.</summary>
internal enum RecoveryKind : ulong
{
    None = 0,

    /// <summary>The L2 entry for an offset of the disk has a new value.</summary>
    L2Entry = 1,

    /// <summary>The part of the disk with this offset has a new L2 table, at the offset in the file that is the value.</summary>
    L2Table = 2,

    /// <summary>A cluster of the file has a reference less.</summary>
    Free = 3,
}

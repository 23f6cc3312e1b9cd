namespace Xen.Virtio.Storage.Qcow2.Format;

/// <summary>What an L2 entry says of a cluster of the disk.</summary>
internal enum ClusterKind
{
    /// <summary>Nothing: the backing file shows through.</summary>
    Unallocated,

    /// <summary>Reads as zeros, and has no place in the file.</summary>
    Zero,

    /// <summary>Reads as zeros, and has a place in the file.</summary>
    ZeroAllocated,

    /// <summary>Is in the file.</summary>
    Data,

    /// <summary>Is in the file, compressed.</summary>
    Compressed,

    /// <summary>The entry is not valid.</summary>
    Invalid,
}

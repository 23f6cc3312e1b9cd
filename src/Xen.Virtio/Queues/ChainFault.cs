namespace Xen.Virtio.Queues;

/// <summary>What is wrong with one descriptor chain. The queue itself goes on.</summary>
public enum ChainFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The available ring names a descriptor beyond the table; there is no chain to give back.</summary>
    HeadOutOfRange,

    /// <summary>A descriptor names a successor beyond the table.</summary>
    NextOutOfRange,

    /// <summary>More descriptors than the queue, or the indirect table, has: a cycle.</summary>
    TooLong,

    /// <summary>A readable descriptor after a writable one, virtio 1.2 §2.7.4.2.</summary>
    ReadableAfterWritable,

    /// <summary>An indirect descriptor, which was not negotiated, virtio 1.2 §2.7.5.3.1.</summary>
    Indirect,

    /// <summary>A buffer that wraps around the end of the address space.</summary>
    AddressOverflow,

    /// <summary>More than 2^32 - 1 bytes in all, virtio 1.2 §2.7.5.2.</summary>
    TooManyBytes,

    /// <summary>An indirect descriptor within an indirect table, virtio 1.2 §2.7.5.3.1.</summary>
    NestedIndirect,

    /// <summary>An indirect descriptor that goes on behind its table, virtio 1.2 §2.7.5.3.1.</summary>
    IndirectWithNext,

    /// <summary>
    /// An indirect table that is empty, does not consist of whole descriptors, or has more of them than
    /// <see cref="VirtQueue.MaxSegments"/>.
    /// </summary>
    IndirectLength,

    /// <summary>An indirect table that is not memory of the guest.</summary>
    IndirectOutsideMemory,
}

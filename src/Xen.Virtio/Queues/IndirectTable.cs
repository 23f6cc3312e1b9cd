using System;
using System.Runtime.InteropServices;
using Xen.Machine;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Queues;

/// <summary>A private copy of an indirect table (virtio 1.2 §2.7.5.3, §2.8.7); reused from chain to chain.</summary>
/// <param name="capacity">Most descriptors that a table may have.</param>
internal sealed class IndirectTable(int capacity)
{
    private readonly RawDescriptor[] _copy = new RawDescriptor[capacity];

    /// <summary>Copies a table out of guest memory, once.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="address">What the descriptor says: anything.</param>
    /// <param name="length">Length in bytes, as the descriptor says: anything.</param>
    /// <param name="table">The copy; not empty on success.</param>
    public ChainFault Load(
        GuestMemoryView memory, ulong address, uint length, out ReadOnlySpan<RawDescriptor> table)
    {
        table = default;
        if (length == 0 || length % Descriptor.Size != 0 || length / Descriptor.Size > (uint)_copy.Length)
            return ChainFault.IndirectLength;
        if (address > ulong.MaxValue - (length - 1))
            return ChainFault.AddressOverflow;

        // A table is shorter than a block of memory that is contiguous for sure, but may lie across two.
        var copy = _copy.AsSpan(0, (int)(length / Descriptor.Size));
        var bytes = MemoryMarshal.AsBytes(copy);
        var inFirst = (int)(SegmentCursor.MaxPiece - (uint)(address % SegmentCursor.MaxPiece));
        var isCopied = bytes.Length <= inFirst
            ? memory.TryRead(address, bytes)
            : memory.TryRead(address, bytes[..inFirst])
                && memory.TryRead(address + (uint)inFirst, bytes[inFirst..]);
        if (!isCopied)
            return ChainFault.IndirectOutsideMemory;

        table = copy;
        return ChainFault.None;
    }
}

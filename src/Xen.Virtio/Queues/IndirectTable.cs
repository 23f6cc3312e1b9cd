using System;
using System.Runtime.InteropServices;
using Xen.Machine;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Queues;

/// <summary>A private copy of an indirect table (virtio 1.2 §2.7.5.3, §2.8.7); reused from chain to chain.</summary>
/// <param name="capacity">Most descriptors that a table may have.</param>
internal sealed class IndirectTable(int capacity)
{
    private readonly ulong[] _words = new ulong[capacity * (Descriptor.Size / sizeof(ulong))];

    /// <summary>Copies a table out of guest memory, once.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="address">What the descriptor says: anything.</param>
    /// <param name="length">Length in bytes, as the descriptor says: anything.</param>
    /// <param name="words">The copy, two words for each descriptor.</param>
    public ChainFault Load(GuestMemoryView memory, ulong address, uint length, out ReadOnlySpan<ulong> words)
    {
        words = default;
        if (length == 0 || length % Descriptor.Size != 0 || length / sizeof(ulong) > (uint)_words.Length)
            return ChainFault.IndirectLength;
        if (address > ulong.MaxValue - (length - 1))
            return ChainFault.AddressOverflow;

        // A table is shorter than a block of memory that is contiguous for sure, but may lie across two.
        var table = _words.AsSpan(0, (int)(length / sizeof(ulong)));
        var bytes = MemoryMarshal.AsBytes(table);
        var inFirst = (int)Math.Min(length, SegmentCursor.MaxPiece - (uint)(address % SegmentCursor.MaxPiece));
        if (!memory.TryRead(address, bytes[..inFirst])
            || (inFirst != bytes.Length && !memory.TryRead(address + (uint)inFirst, bytes[inFirst..])))
            return ChainFault.IndirectOutsideMemory;

        words = table;
        return ChainFault.None;
    }
}

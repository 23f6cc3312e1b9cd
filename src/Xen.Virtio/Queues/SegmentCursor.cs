using System;
using Xen.Machine;

namespace Xen.Virtio.Queues;

/// <summary>Walks over bytes of a chain in pieces that can be reached in place.</summary>
/// <remarks>
/// A piece is at most <see cref="MaxPiece"/> bytes and never crosses a multiple of it in guest physical space: an
/// I/O on one piece has a bounded length whatever the guest asked for, and a memory map need only be contiguous
/// within such blocks.
/// </remarks>
public ref struct SegmentCursor
{
    /// <summary>Largest piece in bytes.</summary>
    public const int MaxPiece = 1 << 20;

    private readonly ReadOnlySpan<DescriptorSegment> _segments;
    private readonly GuestAccess _access;
    private int _segment;
    private uint _offset;

    internal SegmentCursor(ReadOnlySpan<DescriptorSegment> segments, GuestAccess access, uint offset, uint length)
    {
        _segments = segments;
        _access = access;
        _offset = offset;
        Remaining = length;
        while (_segment < segments.Length && _offset >= segments[_segment].Length)
            _offset -= segments[_segment++].Length;
    }

    /// <summary>
    /// Bytes not walked over yet. Above 0 after <see cref="TryNext"/> was false: they cannot be reached.
    /// </summary>
    public uint Remaining { get; private set; }

    /// <summary>Takes the next piece.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="piece">Guest memory in place, not empty on success.</param>
    /// <returns>False at the end, and when the next byte is not memory that the device may use so.</returns>
    public bool TryNext(GuestMemoryView memory, out Span<byte> piece)
    {
        piece = default;
        if (Remaining == 0 || _segment == _segments.Length)
            return false;

        var segment = _segments[_segment];
        var address = segment.Address + _offset;
        var toBoundary = MaxPiece - (uint)(address % MaxPiece);
        var length = Math.Min(Math.Min(segment.Length - _offset, Remaining), toBoundary);
        if (!memory.TryGetSpan(address, (int)length, _access, out piece))
            return false;

        Remaining -= length;
        _offset += length;
        if (_offset == segment.Length)
        {
            _segment++;
            _offset = 0;
        }

        return true;
    }
}

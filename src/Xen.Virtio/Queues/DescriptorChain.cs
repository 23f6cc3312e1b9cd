using System;
using System.Runtime.CompilerServices;
using Xen.Machine;

namespace Xen.Virtio.Queues;

/// <summary>
/// A descriptor chain, copied out of guest memory once and validated: a device-readable part, then a device-writable
/// part, each to be seen as one run of bytes however the driver has cut it (virtio 1.2 §2.7.4).
/// </summary>
/// <remarks>
/// Reused from request to request; holds as many segments as a chain of the queue may have. Not thread-safe.
/// </remarks>
public sealed class DescriptorChain
{
    private readonly DescriptorSegment[] _segments;
    private int _count;
    private int _readableCount;
    private ulong _total;
    private bool _writing;

    /// <summary>Makes an empty chain.</summary>
    /// <param name="capacity">Largest number of segments: <see cref="VirtQueue.MaxSegments"/>.</param>
    public DescriptorChain(int capacity) => _segments = new DescriptorSegment[capacity];

    /// <summary>
    /// What the driver is given back: the index of the first descriptor, or the buffer id of a packed queue.
    /// </summary>
    public ushort Head { get; internal set; }

    /// <summary>Why the chain is malformed, or none.</summary>
    public ChainFault Fault { get; internal set; }

    /// <summary>Bytes in the device-readable part.</summary>
    public uint ReadableLength { get; private set; }

    /// <summary>Bytes in the device-writable part.</summary>
    public uint WritableLength => (uint)_total - ReadableLength;

    /// <summary>The device-readable segments, in order. Descriptors of length 0 do not appear.</summary>
    public ReadOnlySpan<DescriptorSegment> Readable => _segments.AsSpan(0, _readableCount);

    /// <summary>The device-writable segments, in order. Descriptors of length 0 do not appear.</summary>
    public ReadOnlySpan<DescriptorSegment> Writable => _segments.AsSpan(_readableCount, _count - _readableCount);

    /// <summary>Walks over a part of the device-readable bytes.</summary>
    /// <param name="offset">First byte, counted from the start of the readable part.</param>
    /// <param name="length">How many bytes; offset plus length must be within <see cref="ReadableLength"/>.</param>
    public SegmentCursor Read(uint offset, uint length) => new(Readable, GuestAccess.Read, offset, length);

    /// <summary>Walks over a part of the device-writable bytes.</summary>
    /// <param name="offset">First byte, counted from the start of the writable part.</param>
    /// <param name="length">How many bytes; offset plus length must be within <see cref="WritableLength"/>.</param>
    public SegmentCursor Write(uint offset, uint length) => new(Writable, GuestAccess.Write, offset, length);

    /// <summary>Copies device-readable bytes into private memory.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="offset">First byte, counted from the start of the readable part.</param>
    /// <param name="destination">Filled completely on success; its content is undefined on failure.</param>
    /// <returns>False if the chain is too short or a byte of it is not memory.</returns>
    public bool TryCopyFrom(GuestMemoryView memory, uint offset, Span<byte> destination)
    {
        if ((ulong)offset + (uint)destination.Length > ReadableLength)
            return false;

        var cursor = Read(offset, (uint)destination.Length);
        while (cursor.TryNext(memory, out var piece))
        {
            piece.CopyTo(destination);
            destination = destination[piece.Length..];
        }

        return destination.IsEmpty;
    }

    /// <summary>Copies private bytes into the device-writable part.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="offset">First byte, counted from the start of the writable part.</param>
    /// <param name="source">Written completely on success.</param>
    /// <returns>False if the chain is too short or a byte of it is not memory; some bytes may be written.</returns>
    public bool TryCopyTo(GuestMemoryView memory, uint offset, ReadOnlySpan<byte> source)
    {
        if ((ulong)offset + (uint)source.Length > WritableLength)
            return false;

        var cursor = Write(offset, (uint)source.Length);
        while (cursor.TryNext(memory, out var piece))
        {
            source[..piece.Length].CopyTo(piece);
            source = source[piece.Length..];
        }

        return source.IsEmpty;
    }

    /// <summary>Descriptors that the chain takes in the ring of a packed queue.</summary>
    internal int Slots { get; set; }

    /// <summary>The available index of a split queue behind the chain.</summary>
    internal ushort NextAvailable { get; set; }

    /// <summary>
    /// Stands for a chain that was taken earlier, to give it back: its buffers are not known any more. Not in a queue
    /// with a journal.
    /// </summary>
    internal void Stand(ushort head, int slots)
    {
        Begin(head);
        Slots = slots;
    }

    internal void Begin(ushort head)
    {
        Head = head;
        Fault = ChainFault.None;
        ReadableLength = 0;
        _total = 0;
        _count = 0;
        _readableCount = 0;
        _writing = false;
    }

    /// <summary>Validates a descriptor and adds its buffer, readable ones first.</summary>
    /// <param name="address">Anything.</param>
    /// <param name="length">Anything.</param>
    /// <param name="writable">Whether the device writes it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // three times for a disk's request, and otherwise not inlined
    internal ChainFault Append(ulong address, uint length, bool writable)
    {
        if (_writing && !writable)
            return ChainFault.ReadableAfterWritable;

        _writing = writable;
        if (length == 0)
            return ChainFault.None;
        if (address + (length - 1) < address)
            return ChainFault.AddressOverflow;

        var total = _total + length;
        if (total > uint.MaxValue)
            return ChainFault.TooManyBytes;

        var segments = _segments;
        var count = _count;
        if ((uint)count >= (uint)segments.Length)
            return ChainFault.TooLong;

        segments[count] = new DescriptorSegment(address, length);
        count++;
        _count = count;
        _total = total;
        if (!writable)
        {
            _readableCount = count;
            ReadableLength = (uint)total;
        }

        return ChainFault.None;
    }
}

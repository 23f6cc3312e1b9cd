using System.Buffers.Binary;
using System.Collections.Generic;
using Xen.Testing.Memory;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Tests.Support;

/// <summary>
/// What the next chain of a queue is, read off guest memory by the letter of virtio 1.2 and as plainly as possible: the
/// queues must come to the same result.
/// </summary>
internal sealed class ReferenceWalk(PlainGuestMemory memory, VirtQueueConfig config, bool hasIndirect, int maxSegments)
{
    private const int Next = 1;
    private const int Write = 2;
    private const int Indirect = 4;

    private bool _isBad;
    private bool _hasWritten;
    private ulong _total;

    public List<(ulong Address, uint Length, bool Writable)> Segments { get; } = [];

    public ushort Id { get; private set; }

    /// <summary>Slots of a packed ring that the chain takes.</summary>
    public int Slots { get; private set; }

    public TakeResult Split(ushort position)
    {
        var index = U16(config.AvailableRing + 2);
        var pending = (ushort)(index - position);
        if (pending == 0)
            return TakeResult.Empty;
        if (pending > config.Size)
            return TakeResult.Broken;

        Begin();
        Id = U16(config.AvailableRing + 4 + (ulong)(position % config.Size * 2));
        if (Id >= config.Size)
            return TakeResult.Malformed;
        FollowSplit(config.DescriptorTable, Id, config.Size, isNested: false);
        return _isBad ? TakeResult.Malformed : TakeResult.Chain;
    }

    public TakeResult Packed(int slot, bool wrap)
    {
        var flags = U16(Slot(slot) + 14);
        if (((flags >> 7) & 1) != (wrap ? 1 : 0) || ((flags >> 15) & 1) != (wrap ? 0 : 1))
            return TakeResult.Empty;

        Begin();
        do
        {
            var address = Slot(slot);
            flags = U16(address + 14);
            Id = U16(address + 12);
            if (!_isBad)
                AddPacked(U64(address), U32(address + 8), flags);
            slot = (slot + 1) % config.Size;
            Slots++;
        }
        while ((flags & Next) != 0 && Slots < config.Size);
        return _isBad || (flags & Next) != 0 ? TakeResult.Malformed : TakeResult.Chain;

        void AddPacked(ulong buffer, uint length, int flagsOfThis)
        {
            if ((flagsOfThis & Indirect) == 0)
            {
                Add(buffer, length, (flagsOfThis & Write) != 0);
                return;
            }

            if ((flagsOfThis & Next) != 0 || !IsTable(buffer, length))
            {
                _isBad = true;
                return;
            }

            for (var i = 0ul; i < length; i += 16)
            {
                var nested = U16(buffer + i + 14);
                _isBad |= (nested & Indirect) != 0;
                Add(U64(buffer + i), U32(buffer + i + 8), (nested & Write) != 0);
            }
        }
    }

    private void FollowSplit(ulong table, int index, int size, bool isNested)
    {
        for (var steps = 0; steps < size && !_isBad; steps++)
        {
            var descriptor = table + ((ulong)index * 16);
            var (address, length, flags) = (U64(descriptor), U32(descriptor + 8), U16(descriptor + 12));
            if ((flags & Indirect) != 0)
            {
                _isBad = isNested || (flags & Next) != 0 || !IsTable(address, length);
                if (!_isBad)
                    FollowSplit(address, 0, (int)(length / 16), isNested: true);
                return;
            }

            Add(address, length, (flags & Write) != 0);
            if ((flags & Next) == 0)
                return;
            index = U16(descriptor + 14);
            _isBad |= index >= size;
        }

        _isBad = true;
    }

    private bool IsTable(ulong address, uint length) =>
        hasIndirect && length != 0 && length % 16 == 0 && length / 16 <= (uint)maxSegments && IsMemory(address, length);

    private bool IsMemory(ulong address, uint length)
    {
        using var view = memory.Enter();
        return view.TryGetSpan(address, (int)length, Machine.GuestAccess.Read, out _);
    }

    private void Begin()
    {
        Segments.Clear();
        Slots = 0;
        _isBad = false;
        _hasWritten = false;
        _total = 0;
    }

    private void Add(ulong address, uint length, bool writable)
    {
        _total += length;
        _isBad |= (_hasWritten && !writable) || _total > uint.MaxValue || (length != 0 && address + length - 1 < address);
        _hasWritten |= writable;
        if (length == 0)
            return;
        Segments.Add((address, length, writable));
        _isBad |= Segments.Count > maxSegments;
    }

    private ulong Slot(int slot) => config.DescriptorTable + ((ulong)slot * 16);

    private ushort U16(ulong address) => BinaryPrimitives.ReadUInt16LittleEndian(memory.Span(address, 2));

    private uint U32(ulong address) => BinaryPrimitives.ReadUInt32LittleEndian(memory.Span(address, 4));

    private ulong U64(ulong address) => BinaryPrimitives.ReadUInt64LittleEndian(memory.Span(address, 8));
}

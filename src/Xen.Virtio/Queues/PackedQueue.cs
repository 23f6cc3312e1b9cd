using System;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Queues;

/// <summary>The device's side of a packed queue, virtio 1.2 §2.8.</summary>
internal sealed class PackedQueue : VirtQueue
{
    // Where a descriptor has its flags, in units of 16 bits, and how many of these it has.
    private const int FlagsHalf = 7;
    private const int Halves = Descriptor.Size / sizeof(ushort);

    private Place _available = Place.Start;
    private Place _used = Place.Start;

    public PackedQueue(VirtQueueConfig config, ulong features, IQueueJournal? journal)
        : base(config, features, journal)
    {
    }

    public override QueuePosition Position =>
        new((ushort)_available.Slot, _available.Wrap, (ushort)_used.Slot, _used.Wrap);

    public override TakeResult TryTake(in QueueRings rings, DescriptorChain chain)
    {
        if (Fault != VirtQueueFault.None)
            return TakeResult.Broken;

        var flags = ReadFlags(rings, _available.Slot);
        if (!IsAvailable(flags, _available.Wrap))
            return TakeResult.Empty;

        chain.Begin(0);
        Follow(rings, flags, chain);
        _available = _available.After(chain.Slots, Size);
        Journal?.Save(Position);
        return chain.Fault == ChainFault.None ? TakeResult.Chain : TakeResult.Malformed;
    }

    public override void Complete(in QueueRings rings, DescriptorChain chain, uint written)
    {
        var flags = (_used.Wrap ? PackedRing.Available | PackedRing.Used : 0)
            | (written != 0 ? (int)DescriptorFlags.Write : 0);

        // Release, and all of it at once: whoever sees the flags sees the rest, and the data before it (§2.8.6).
        Volatile.Write(
            ref rings.Descriptors[(_used.Slot * 2) + 1], written | ((ulong)chain.Head << 32) | ((ulong)flags << 48));
        _used = _used.After(chain.Slots, Size);
        Undecided += chain.Slots;
        Journal?.Save(Position);
    }

    public override bool ShouldInterrupt(in QueueRings rings)
    {
        var completed = Math.Min(Undecided, Size);
        if (completed == 0)
            return false;

        // The descriptors must be visible before the wish is read, else both sides may miss the other.
        Undecided = 0;
        Interlocked.MemoryBarrier();
        var wish = Volatile.Read(ref Event(rings.Driver));
        var flags = (wish >> 16) & PackedRing.EventFlagsMask;
        if (flags != PackedRing.EventsAtDescriptor || !HasEventIndex)
            return flags != PackedRing.EventsDisabled;

        // An event of the round before lies before the start of this one.
        var isOfThisRound = ((wish & ~PackedRing.EventOffsetMask & ushort.MaxValue) != 0) == _used.Wrap;
        var slot = (int)(wish & PackedRing.EventOffsetMask) - (isOfThisRound ? 0 : Size);
        return HasPassed((ushort)_used.Slot, (ushort)slot, completed);
    }

    public override void SuppressNotifications(in QueueRings rings) =>
        Volatile.Write(ref Event(rings.Device), (uint)PackedRing.EventsDisabled << 16);

    public override bool AllowNotifications(in QueueRings rings)
    {
        var wish = HasEventIndex
            ? (uint)_available.Slot | (_available.Wrap ? (uint)PackedRing.EventOffsetMask + 1 : 0)
                | ((uint)PackedRing.EventsAtDescriptor << 16)
            : (uint)PackedRing.EventsEnabled << 16;
        Volatile.Write(ref Event(rings.Device), wish);

        // The wish must be visible before the descriptor is read: a driver that saw the old one has written it.
        Interlocked.MemoryBarrier();
        return HasAvailable(rings);
    }

    public override bool HasAvailable(in QueueRings rings) =>
        IsAvailable(ReadFlags(rings, _available.Slot), _available.Wrap);

    // While a chain is served it lies between the two places. Its first descriptor says whether it was given back: the used
    // bit is what it has been made, also if the driver has made the slot available again since.
    private protected override bool TryGoTo(in QueueRings rings, QueuePosition position)
    {
        if (position.NextAvailable >= Size || position.NextUsed >= Size)
            return false;

        _available = new Place(position.NextAvailable, position.AvailableWrap);
        _used = new Place(position.NextUsed, position.UsedWrap);
        if (_available != _used)
        {
            if (((ReadFlags(rings, _used.Slot) & PackedRing.Used) != 0) == _used.Wrap)
                _used = _available;
            else
                _available = _used;
        }

        return true;
    }

    // Acquire: what was written before the flags is visible after they were read (§2.8.6).
    private static ushort ReadFlags(in QueueRings rings, int slot)
    {
        // SAFETY: a narrower view of the same bytes; the index into it is checked.
        return Volatile.Read(ref MemoryMarshal.Cast<ulong, ushort>(rings.Descriptors)[(slot * Halves) + FlagsHalf]);
    }

    private static bool IsAvailable(ushort flags, bool wrap) =>
        ((flags & PackedRing.Available) != 0) == wrap && ((flags & PackedRing.Used) != 0) != wrap;

    // SAFETY: VirtQueueConfig.Check refuses event structures that are not aligned to four bytes; the index is checked.
    private static ref uint Event(Span<ushort> area) => ref MemoryMarshal.Cast<ushort, uint>(area)[0];

    // Copies each descriptor once. A malformed chain is followed to its end, too: there stands its id, and behind it the next
    // chain begins.
    private void Follow(in QueueRings rings, ushort flags, DescriptorChain chain)
    {
        var ring = rings.Descriptors;
        var slot = _available.Slot;
        var slots = 0;
        while (true)
        {
            var address = ring[slot * 2];
            var rest = ring[(slot * 2) + 1];
            slots++;
            if (chain.Fault == ChainFault.None)
                chain.Fault = Append(rings, address, (uint)rest, (DescriptorFlags)flags, chain);

            if ((flags & (ushort)DescriptorFlags.Next) == 0 || slots == Size)
            {
                if ((flags & (ushort)DescriptorFlags.Next) != 0)
                    chain.Fault = ChainFault.TooLong;
                chain.Head = (ushort)(rest >> 32);
                chain.Slots = slots;
                return;
            }

            slot = slot + 1 == Size ? 0 : slot + 1;
            flags = ReadFlags(rings, slot);
        }
    }

    private ChainFault Append(
        in QueueRings rings, ulong address, uint length, DescriptorFlags flags, DescriptorChain chain)
    {
        if ((flags & DescriptorFlags.Indirect) == 0)
            return chain.Append(address, length, (flags & DescriptorFlags.Write) != 0);

        // All of the table, in its order; its descriptors say in which direction, and nothing else (§2.8.7).
        var fault = LoadTable(rings, address, length, flags, out var table);
        for (var i = 0; i < table.Length && fault == ChainFault.None; i += 2)
        {
            var nested = (DescriptorFlags)(ushort)(table[i + 1] >> 48);
            fault = (nested & DescriptorFlags.Indirect) != 0
                ? ChainFault.NestedIndirect
                : chain.Append(table[i], (uint)table[i + 1], (nested & DescriptorFlags.Write) != 0);
        }

        return fault;
    }

    /// <summary>A slot of the ring, and the wrap counter of whoever has come there.</summary>
    private readonly record struct Place(int Slot, bool Wrap)
    {
        public static Place Start => new(0, true);

        public Place After(int slots, int size) =>
            Slot + slots < size ? new Place(Slot + slots, Wrap) : new Place(Slot + slots - size, !Wrap);
    }
}

using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Queues;

/// <summary>The device's side of a packed queue, virtio 1.2 §2.8.</summary>
internal sealed class PackedQueue : VirtQueue
{
    private int _availableSlot;
    private bool _availableWrap = true;
    private int _usedSlot;
    private bool _usedWrap = true;

    public PackedQueue(VirtQueueConfig config, ulong features, IQueueJournal? journal)
        : base(config, features, journal)
    {
    }

    public override QueuePosition Position =>
        new((ushort)_availableSlot, _availableWrap, (ushort)_usedSlot, _usedWrap);

    public override TakeResult TryTake(in QueueRings rings, DescriptorChain chain)
    {
        if (Fault != VirtQueueFault.None)
            return TakeResult.Broken;

        var rest = Read(ref rings.Descriptors[_availableSlot]);
        if (!IsAvailable(rest, _availableWrap))
            return TakeResult.Empty;

        chain.Begin(0);
        Follow(rings, rest, chain);
        Advance(ref _availableSlot, ref _availableWrap, chain.Slots);
        return chain.Fault == ChainFault.None ? TakeResult.Chain : TakeResult.Malformed;
    }

    public override void Complete(in QueueRings rings, DescriptorChain chain, uint written)
    {
        var (next, nextWrap) = (_usedSlot, _usedWrap);
        Advance(ref next, ref nextWrap, chain.Slots);
        if (HasJournal)
            Save(new QueuePosition((ushort)next, nextWrap, (ushort)_usedSlot, _usedWrap));
        var flags = (_usedWrap ? PackedRing.Available | PackedRing.Used : 0u)
            | (written != 0 ? (uint)DescriptorFlags.Write : 0);

        // Release, and all of it at once: whoever sees the flags sees the rest, and the data before it (§2.8.6).
        Volatile.Write(
            ref rings.Descriptors[_usedSlot].Rest,
            written | ((ulong)chain.Head << RawDescriptor.ThirdShift) | ((ulong)flags << RawDescriptor.FourthShift));
        (_usedSlot, _usedWrap) = (next, nextWrap);
        Undecided += chain.Slots;
        if (HasJournal)
            SaveGivenBack(new QueuePosition((ushort)next, nextWrap, (ushort)next, nextWrap));
    }

    public override void Pass(DescriptorChain chain)
    {
        // Every chain of a packed queue has a place to be given back in.
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
        var isOfThisRound = ((wish & ~PackedRing.EventOffsetMask & ushort.MaxValue) != 0) == _usedWrap;
        var slot = (int)(wish & PackedRing.EventOffsetMask) - (isOfThisRound ? 0 : Size);
        return HasPassed((ushort)_usedSlot, (ushort)slot, completed);
    }

    public override void SuppressNotifications(in QueueRings rings) =>
        Volatile.Write(ref Event(rings.Device), (uint)PackedRing.EventsDisabled << 16);

    public override bool AllowNotifications(in QueueRings rings)
    {
        var wish = HasEventIndex
            ? (uint)_availableSlot | (_availableWrap ? (uint)PackedRing.EventOffsetMask + 1 : 0)
                | ((uint)PackedRing.EventsAtDescriptor << 16)
            : (uint)PackedRing.EventsEnabled << 16;
        Volatile.Write(ref Event(rings.Device), wish);

        // The wish must be visible before the descriptor is read: a driver that saw the old one has written it.
        Interlocked.MemoryBarrier();
        return HasAvailable(rings);
    }

    public override bool HasAvailable(in QueueRings rings) =>
        IsAvailable(Read(ref rings.Descriptors[_availableSlot]), _availableWrap);

    internal override QueuePosition PositionAfter(DescriptorChain chain)
    {
        var (next, nextWrap) = (_usedSlot, _usedWrap);
        Advance(ref next, ref nextWrap, chain.Slots);
        return new QueuePosition((ushort)_availableSlot, _availableWrap, (ushort)next, nextWrap);
    }

    // The used bit as in TryGoTo.
    internal override bool TryGoOn(
        in QueueRings rings, QueuePosition position, QueuePosition behind, out bool isBehind)
    {
        isBehind = false;
        if (Math.Max(position.NextAvailable, position.NextUsed) >= Size
            || Math.Max(behind.NextAvailable, behind.NextUsed) >= Size)
            return false;

        isBehind = position == behind
            || Has(Read(ref rings.Descriptors[position.NextUsed]), PackedRing.Used) == position.UsedWrap;
        var at = isBehind ? behind : position;
        (_availableSlot, _availableWrap) = (at.NextAvailable, at.AvailableWrap);
        (_usedSlot, _usedWrap) = (at.NextUsed, at.UsedWrap);
        return true;
    }

    // A chain that is about to be given back lies between the two positions. Its first descriptor says whether it was:
    // the used bit is what it has been made, also if the driver has made the slot available again since.
    private protected override bool TryGoTo(in QueueRings rings, QueuePosition position, out int unsaved)
    {
        unsaved = 0;
        if (position.NextAvailable >= Size || position.NextUsed >= Size)
            return false;

        (_availableSlot, _availableWrap) = (position.NextAvailable, position.AvailableWrap);
        (_usedSlot, _usedWrap) = (position.NextUsed, position.UsedWrap);
        if (_availableSlot == _usedSlot && _availableWrap == _usedWrap)
            return true;

        if (Has(Read(ref rings.Descriptors[_usedSlot]), PackedRing.Used) == _usedWrap)
        {
            (_usedSlot, _usedWrap) = (_availableSlot, _availableWrap);
            unsaved = 1;
        }
        else
        {
            (_availableSlot, _availableWrap) = (_usedSlot, _usedWrap);
        }

        return true;
    }

    // Length, id and flags at once. Acquire: what was written before the flags is visible after they were read (§2.8.6).
    private static ulong Read(ref RawDescriptor descriptor) => Volatile.Read(ref descriptor.Rest);

    private static bool Has(ulong rest, ushort flag) => (rest & ((ulong)flag << RawDescriptor.FourthShift)) != 0;

    private static bool IsAvailable(ulong rest, bool wrap) =>
        ((uint)(rest >> RawDescriptor.FourthShift) & (PackedRing.Available | PackedRing.Used))
        == (wrap ? PackedRing.Available : (uint)PackedRing.Used);

    // SAFETY: VirtQueueConfig.Check refuses event structures that are not aligned to four bytes; the index is checked.
    private static ref uint Event(Span<ushort> area) => ref MemoryMarshal.Cast<ushort, uint>(area)[0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // twice for each chain
    private void Advance(ref int slot, ref bool wrap, int slots)
    {
        var next = slot + slots;
        if (next >= Size)
        {
            next -= Size;
            wrap = !wrap;
        }

        slot = next;
    }

    // Copies each descriptor once.
    private void Follow(in QueueRings rings, ulong rest, DescriptorChain chain)
    {
        var ring = rings.Descriptors;
        var slot = _availableSlot;
        for (var slots = 1; ; slots++)
        {
            var flags = (uint)(rest >> RawDescriptor.FourthShift);
            var fault = (flags & (uint)DescriptorFlags.Indirect) != 0
                ? AppendTable(rings, ring[slot].Address, rest, chain)
                : chain.Append(ring[slot].Address, (uint)rest, (flags & (uint)DescriptorFlags.Write) != 0);
            if (fault != ChainFault.None)
            {
                chain.Fault = fault;
                Skip(ring, slot, slots, rest, chain);
                return;
            }

            if ((flags & (uint)DescriptorFlags.Next) == 0)
            {
                chain.Head = (ushort)(rest >> RawDescriptor.ThirdShift);
                chain.Slots = slots;
                return;
            }

            if (slots == ring.Length)
            {
                chain.Fault = ChainFault.TooLong;
                Skip(ring, slot, slots, rest, chain);
                return;
            }

            slot++;
            if (slot == ring.Length)
                slot = 0;
            rest = Read(ref ring[slot]);
        }
    }

    // A malformed chain is followed to its end, too: there stands its id, and behind it the next chain begins.
    private static void Skip(Span<RawDescriptor> ring, int slot, int slots, ulong rest, DescriptorChain chain)
    {
        while (Has(rest, (ushort)DescriptorFlags.Next))
        {
            if (slots == ring.Length)
            {
                chain.Fault = ChainFault.TooLong;
                break;
            }

            slots++;
            slot = slot + 1 == ring.Length ? 0 : slot + 1;
            rest = Read(ref ring[slot]);
        }

        chain.Head = (ushort)(rest >> RawDescriptor.ThirdShift);
        chain.Slots = slots;
    }

    // All of the table, in its order; its descriptors say in which direction, and nothing else (§2.8.7).
    private ChainFault AppendTable(in QueueRings rings, ulong address, ulong rest, DescriptorChain chain)
    {
        var fault = LoadTable(
            rings, address, (uint)rest, Has(rest, (ushort)DescriptorFlags.Next), out var table);
        foreach (ref readonly var descriptor in table)
        {
            fault = Has(descriptor.Rest, (ushort)DescriptorFlags.Indirect)
                ? ChainFault.NestedIndirect
                : chain.Append(
                    descriptor.Address, (uint)descriptor.Rest, Has(descriptor.Rest, (ushort)DescriptorFlags.Write));
            if (fault != ChainFault.None)
                break;
        }

        return fault;
    }
}

using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Queues;

/// <summary>The device's side of a split queue, virtio 1.2 §2.7.</summary>
internal sealed class SplitQueue : VirtQueue
{
    private const int Flags = SplitRing.FlagsOffset / sizeof(ushort);
    private const int Index = SplitRing.IndexOffset / sizeof(ushort);
    private const int Elements = SplitRing.ElementsOffset / sizeof(ushort);
    private const int UsedElementWords = SplitRing.UsedElementSize / sizeof(ushort);

    private readonly int _mask;
    private ushort _nextAvailable;
    private ushort _nextUsed;

    // The available index as it was read last: what lies before it need not be asked for again.
    private ushort _seenAvailable;

    public SplitQueue(VirtQueueConfig config, ulong features, IQueueJournal? journal)
        : base(config, features, journal) => _mask = config.Size - 1;

    public override QueuePosition Position => new(_nextAvailable, false, _nextUsed, false);

    public override TakeResult TryTake(in QueueRings rings, DescriptorChain chain)
    {
        if (Fault != VirtQueueFault.None)
            return TakeResult.Broken;
        if (_seenAvailable == _nextAvailable && !Look(rings))
            return Fault == VirtQueueFault.None ? TakeResult.Empty : TakeResult.Broken;

        var head = rings.Driver[Elements + (_nextAvailable & _mask)];
        _nextAvailable++;
        chain.Begin(head);
        chain.NextAvailable = _nextAvailable;
        chain.Fault = head < Size
            ? Follow(rings, rings.Descriptors, head, false, chain)
            : ChainFault.HeadOutOfRange;
        return chain.Fault == ChainFault.None ? TakeResult.Chain : TakeResult.Malformed;
    }

    public override void Complete(in QueueRings rings, DescriptorChain chain, uint written)
    {
        var used = rings.Device;
        var element = used.Slice(Elements + ((_nextUsed & _mask) * UsedElementWords), UsedElementWords);
        BinaryPrimitives.WriteUInt64LittleEndian(
            MemoryMarshal.AsBytes(element), chain.Head | ((ulong)written << 32));

        // Release: whoever sees the index sees the element and the data before it (§2.7.13).
        Volatile.Write(ref used[Index], ++_nextUsed);
        Undecided++;
        if (HasJournal)
            SaveGivenBack(Behind(chain));
    }

    public override void Pass(DescriptorChain chain) => Save(Behind(chain));

    public override bool ShouldInterrupt(in QueueRings rings)
    {
        var completed = Undecided;
        if (completed == 0)
            return false;

        // The used index must be visible before the wish is read, else both sides may miss the other (§2.7.7.1).
        Undecided = 0;
        Interlocked.MemoryBarrier();
        return HasEventIndex
            ? HasPassed(_nextUsed, Volatile.Read(ref rings.Driver[Elements + Size]), completed)
            : (Volatile.Read(ref rings.Driver[Flags]) & SplitRing.AvailableNoInterrupt) == 0;
    }

    // With EVENT_IDX the flag stays 0 (§2.7.10.2), and the index that was named last is behind: one notification at most.
    public override void SuppressNotifications(in QueueRings rings)
    {
        if (!HasEventIndex)
            Volatile.Write(ref rings.Device[Flags], SplitRing.UsedNoNotify);
    }

    public override bool AllowNotifications(in QueueRings rings)
    {
        if (HasEventIndex)
            Volatile.Write(ref rings.Device[Elements + (Size * UsedElementWords)], _nextAvailable);
        else
            Volatile.Write(ref rings.Device[Flags], 0);

        // The wish must be visible before the index is read: a driver that saw the old one has moved the index.
        Interlocked.MemoryBarrier();
        return HasAvailable(rings);
    }

    // Acquire: what was written before the index moved is visible after it was read (§2.7.13.3).
    public override bool HasAvailable(in QueueRings rings) =>
        Volatile.Read(ref rings.Driver[Index]) != _nextAvailable;

    internal override QueuePosition PositionAfter(DescriptorChain chain) =>
        new(_nextAvailable, false, (ushort)(_nextUsed + 1), false);

    // Another index than one of the two is the guest's invention.
    internal override bool TryGoOn(
        in QueueRings rings, QueuePosition position, QueuePosition behind, out bool isBehind)
    {
        isBehind = Volatile.Read(ref rings.Device[Index]) == behind.NextUsed;
        var at = isBehind ? behind : position;
        (_nextAvailable, _nextUsed) = (at.NextAvailable, at.NextUsed);
        _seenAvailable = _nextAvailable;
        return true;
    }

    // The position is saved after the used index has moved: the index may be one ahead, and the chain in between is done.
    // Another number is the guest's invention.
    private protected override bool TryGoTo(in QueueRings rings, QueuePosition position, out int unsaved)
    {
        unsaved = Volatile.Read(ref rings.Device[Index]) == (ushort)(position.NextUsed + 1) ? 1 : 0;
        _nextAvailable = (ushort)(position.NextAvailable + unsaved);
        _nextUsed = (ushort)(position.NextUsed + unsaved);
        _seenAvailable = _nextAvailable;
        return true;
    }

    // The position of what was answered, not of what was taken.
    private QueuePosition Behind(DescriptorChain chain) => new(chain.NextAvailable, false, _nextUsed, false);

    private bool Look(in QueueRings rings)
    {
        var available = Volatile.Read(ref rings.Driver[Index]);
        if ((ushort)(available - _nextAvailable) > Size)
        {
            Break(VirtQueueFault.IndexRunaway);
            return false;
        }

        _seenAvailable = available;
        return available != _nextAvailable;
    }

    // Copies each descriptor once: at most as many as the table has, and then as many as an indirect one has.
    private ChainFault Follow(
        in QueueRings rings, ReadOnlySpan<RawDescriptor> table, int index, bool isIndirect, DescriptorChain chain)
    {
        for (var steps = 0; steps < table.Length; steps++)
        {
            ref readonly var descriptor = ref table[index];
            var address = descriptor.Address;
            var rest = descriptor.Rest;
            var flags = (DescriptorFlags)(ushort)(rest >> RawDescriptor.ThirdShift);
            if ((flags & DescriptorFlags.Indirect) != 0)
            {
                if (isIndirect)
                    return ChainFault.NestedIndirect;
                var broken = LoadTable(
                    rings, address, (uint)rest, (flags & DescriptorFlags.Next) != 0, out var indirect);
                return broken != ChainFault.None ? broken : Follow(rings, indirect, 0, true, chain);
            }

            var fault = chain.Append(address, (uint)rest, (flags & DescriptorFlags.Write) != 0);
            if (fault != ChainFault.None)
                return fault;
            if ((flags & DescriptorFlags.Next) == 0)
                return ChainFault.None;
            index = (ushort)(rest >> RawDescriptor.FourthShift);
            if (index >= table.Length)
                return ChainFault.NextOutOfRange;
        }

        return ChainFault.TooLong;
    }
}

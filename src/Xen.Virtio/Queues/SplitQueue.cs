using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Machine;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Queues;

/// <summary>The device's side of a split queue, virtio 1.2 §2.7: takes chains, gives them back used.</summary>
/// <remarks>
/// Both indices are kept here and only published to the guest, never read back. Every field of the guest is read
/// once, into private memory, and validated there. Nothing throws and nothing allocates, whatever the guest does.
/// One thread at a time.
/// </remarks>
public sealed class SplitQueue
{
    private readonly VirtQueueConfig _config;
    private ushort _nextAvailable;
    private ushort _nextUsed;

    /// <summary>Makes the queue as it is after a reset: both indices 0.</summary>
    /// <param name="config">Size and addresses, already accepted by <see cref="VirtQueueConfig.Check"/>.</param>
    public SplitQueue(VirtQueueConfig config) => _config = config;

    /// <summary>Number of descriptors.</summary>
    public int Size => _config.Size;

    /// <summary>Why the queue is broken, or none.</summary>
    public VirtQueueFault Fault { get; private set; }

    /// <summary>Takes the next chain out of the available ring.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="chain">Filled with the chain; made for at least <see cref="Size"/> segments.</param>
    /// <remarks>The position advances for a malformed chain too: it is seen once, not for ever.</remarks>
    public TakeResult TryTake(GuestMemoryView memory, DescriptorChain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        if (Fault != VirtQueueFault.None)
            return TakeResult.Broken;
        if (!TryGetAvailable(memory, out var available) || !TryGetDescriptors(memory, out var table))
            return Break(VirtQueueFault.OutsideMemory);

        var pending = Pending(available);
        if (pending == 0)
            return TakeResult.Empty;
        if (pending > Size)
            return Break(VirtQueueFault.IndexRunaway);

        var slot = _nextAvailable++ & (Size - 1);
        var head = BinaryPrimitives.ReadUInt16LittleEndian(
            available[(SplitRing.ElementsOffset + (slot * SplitRing.AvailableElementSize))..]);
        chain.Begin(head);
        chain.Fault = Walk(table, chain);
        return chain.Fault == ChainFault.None ? TakeResult.Chain : TakeResult.Malformed;
    }

    /// <summary>Gives a chain back through the used ring.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="head">The chain's <see cref="DescriptorChain.Head"/>.</param>
    /// <param name="written">Bytes written to the chain, counted from the start of its writable part.</param>
    /// <returns>False if the used ring is no longer memory of the guest; the queue is then broken.</returns>
    public bool TryComplete(GuestMemoryView memory, ushort head, uint written)
    {
        if (!TryGetUsed(memory, out var used))
        {
            Break(VirtQueueFault.OutsideMemory);
            return false;
        }

        var slot = _nextUsed++ & (Size - 1);
        var element = used.Slice(SplitRing.ElementsOffset + (slot * SplitRing.UsedElementSize),
            SplitRing.UsedElementSize);
        BinaryPrimitives.WriteUInt32LittleEndian(element, head);
        BinaryPrimitives.WriteUInt32LittleEndian(element[4..], written);

        // Release: whoever sees the index sees the element and the data before it (§2.7.13).
        Volatile.Write(ref Field(used, SplitRing.IndexOffset), _nextUsed);
        return true;
    }

    /// <summary>Whether the driver wants an interrupt for what has been completed.</summary>
    /// <param name="memory">The guest's memory.</param>
    public bool DriverWantsInterrupt(GuestMemoryView memory)
    {
        if (!TryGetAvailable(memory, out var available))
            return false;

        // The used index must be visible before the flag is read, else both sides may miss the other (§2.7.7.1).
        Interlocked.MemoryBarrier();
        return (Volatile.Read(ref Field(available, SplitRing.FlagsOffset)) & SplitRing.AvailableNoInterrupt) == 0;
    }

    /// <summary>Asks the driver not to notify while the device is looking anyway (§2.7.10). A hint.</summary>
    /// <param name="memory">The guest's memory.</param>
    public void SuppressNotifications(GuestMemoryView memory)
    {
        if (TryGetUsed(memory, out var used))
            Volatile.Write(ref Field(used, SplitRing.FlagsOffset), SplitRing.UsedNoNotify);
    }

    /// <summary>Asks the driver to notify again, before the device goes to sleep.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <returns>True if something has become available meanwhile: look again before sleeping.</returns>
    public bool AllowNotifications(GuestMemoryView memory)
    {
        if (!TryGetUsed(memory, out var used) || !TryGetAvailable(memory, out var available))
            return false;

        Volatile.Write(ref Field(used, SplitRing.FlagsOffset), 0);

        // The flag must be visible before the index is read: a driver that saw the old flag has moved the index.
        Interlocked.MemoryBarrier();
        return Pending(available) != 0;
    }

    // Follows the chain, copying each descriptor once. At most Size steps.
    private ChainFault Walk(ReadOnlySpan<byte> table, DescriptorChain chain)
    {
        if (chain.Head >= Size)
            return ChainFault.HeadOutOfRange;

        ulong total = 0;
        var writable = false;
        var index = chain.Head;
        for (var steps = 0; steps < Size; steps++)
        {
            var descriptor = MemoryMarshal.Read<Descriptor>(table.Slice(index * Descriptor.Size, Descriptor.Size));
            if ((descriptor.Flags & DescriptorFlags.Indirect) != 0)
                return ChainFault.Indirect;
            if (writable && (descriptor.Flags & DescriptorFlags.Write) == 0)
                return ChainFault.ReadableAfterWritable;
            if (descriptor.Length != 0 && descriptor.Address > ulong.MaxValue - (descriptor.Length - 1))
                return ChainFault.AddressOverflow;
            total += descriptor.Length;
            if (total > uint.MaxValue)
                return ChainFault.TooManyBytes;

            writable = (descriptor.Flags & DescriptorFlags.Write) != 0;
            chain.Add(new DescriptorSegment(descriptor.Address, descriptor.Length), writable);
            if ((descriptor.Flags & DescriptorFlags.Next) == 0)
                return ChainFault.None;
            if (descriptor.Next >= Size)
                return ChainFault.NextOutOfRange;
            index = descriptor.Next;
        }

        return ChainFault.TooLong;
    }

    // Acquire: what was written before the index moved is visible after it was read (§2.7.13.3).
    private ushort Pending(Span<byte> available) =>
        (ushort)(Volatile.Read(ref Field(available, SplitRing.IndexOffset)) - _nextAvailable);

    private TakeResult Break(VirtQueueFault fault)
    {
        Fault = fault;
        return TakeResult.Broken;
    }

    private bool TryGetDescriptors(GuestMemoryView memory, out Span<byte> table) => memory.TryGetSpan(
        _config.DescriptorTable, SplitRing.DescriptorTableLength(Size), GuestAccess.Read, out table);

    private bool TryGetAvailable(GuestMemoryView memory, out Span<byte> ring) => memory.TryGetSpan(
        _config.AvailableRing, SplitRing.AvailableRingLength(Size), GuestAccess.Read, out ring);

    private bool TryGetUsed(GuestMemoryView memory, out Span<byte> ring) => memory.TryGetSpan(
        _config.UsedRing, SplitRing.UsedRingLength(Size), GuestAccess.Write, out ring);

    // All supported hosts are little-endian, as virtio 1.x is.
    // SAFETY: VirtQueueConfig.Check refuses rings that are not aligned to two bytes, and the index into the span is checked.
    private static ref ushort Field(Span<byte> ring, int offset) =>
        ref MemoryMarshal.Cast<byte, ushort>(ring)[offset / sizeof(ushort)];
}

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Testing.Memory;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;

namespace Xen.Testing.Virtio;

/// <summary>The driver's side of a packed queue in guest memory: well-behaved, unless told otherwise.</summary>
/// <remarks>
/// <see cref="Add"/> and <see cref="TryTakeUsed"/> are what a correct driver does; <see cref="AddDescriptors"/> and
/// <see cref="WriteDescriptor"/> are for hostile ones. One thread at a time.
/// </remarks>
#pragma warning disable CA1711 // "queue" is the standard's word
public sealed class GuestPackedQueue : IGuestQueue
#pragma warning restore CA1711
{
    private readonly PlainGuestMemory _memory;
    private readonly Queue<ushort> _freeIds = new();
    private readonly GuestChains _chains;
    private readonly bool _hasEventIndex;
    private int _usedSlot;
    private bool _usedWrap = true;
    private int _unnotified;

    /// <summary>Lays a queue out in guest memory, all zero.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="allocator">Where to take the memory of the queue from.</param>
    /// <param name="size">Number of descriptors, from 1 to 32768.</param>
    /// <param name="features">The negotiated features.</param>
    public GuestPackedQueue(PlainGuestMemory memory, GuestAllocator allocator, ushort size, ulong features)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(allocator);
        _memory = memory;
        Features = features;
        _hasEventIndex = (features & VirtioFeatures.EventIndex) != 0;
        _chains = new GuestChains((features & VirtioFeatures.InOrder) != 0);
        Config = new VirtQueueConfig(
            size,
            allocator.AllocateZeroed(memory, PackedRing.DescriptorRingLength(size), PackedRing.DescriptorRingAlignment),
            allocator.AllocateZeroed(memory, PackedRing.EventLength, PackedRing.EventAlignment),
            allocator.AllocateZeroed(memory, PackedRing.EventLength, PackedRing.EventAlignment));
        FreeDescriptors = size;
        for (ushort i = 0; i < size; i++)
            _freeIds.Enqueue(i);
    }

    /// <inheritdoc/>
    public VirtQueueConfig Config { get; }

    /// <inheritdoc/>
    public ulong Features { get; }

    /// <inheritdoc/>
    public int FreeDescriptors { get; private set; }

    /// <inheritdoc/>
    public int InFlight => _chains.Count;

    /// <summary>The slot that the next descriptor is written to.</summary>
    public int NextSlot { get; private set; }

    /// <summary>The driver's wrap counter.</summary>
    public bool Wrap { get; private set; } = true;

    /// <inheritdoc/>
    public bool DeviceWantsNotification
    {
        get
        {
            // The descriptors must be visible before the wish is read.
            Interlocked.MemoryBarrier();
            var added = _unnotified;
            _unnotified = 0;
            var wish = Volatile.Read(ref Event(Config.UsedRing));
            var flags = wish >> 16;
            if (flags != PackedRing.EventsAtDescriptor)
                return flags == PackedRing.EventsEnabled;

            var slot = (int)(wish & PackedRing.EventOffsetMask);
            var isOfThisRound = (wish & ushort.MaxValue) > PackedRing.EventOffsetMask == Wrap;
            return (ushort)(NextSlot - (isOfThisRound ? slot : slot - Config.Size) - 1) < added;
        }
    }

    /// <inheritdoc/>
    public bool SetInterruptsWanted(bool wanted)
    {
        var wish = (uint)PackedRing.EventsDisabled << 16;
        if (wanted)
        {
            wish = _hasEventIndex
                ? (uint)_usedSlot | (_usedWrap ? PackedRing.EventOffsetMask + 1u : 0)
                    | ((uint)PackedRing.EventsAtDescriptor << 16)
                : (uint)PackedRing.EventsEnabled << 16;
        }

        Volatile.Write(ref Event(Config.AvailableRing), wish);
        Interlocked.MemoryBarrier();
        return IsUsed();
    }

    /// <inheritdoc/>
    public ushort Add(params ReadOnlySpan<GuestBuffer> buffers)
    {
        Span<Descriptor> descriptors = stackalloc Descriptor[buffers.Length];
        for (var i = 0; i < buffers.Length; i++)
            descriptors[i] = buffers[i].ToDescriptor();
        return AddDescriptors(descriptors);
    }

    /// <inheritdoc/>
    public ushort AddIndirect(ulong table, params ReadOnlySpan<GuestBuffer> buffers)
    {
        for (var i = 0; i < buffers.Length; i++)
        {
            var descriptor = buffers[i].ToDescriptor();
            Write(table + (ulong)(i * Descriptor.Size), descriptor.Address, descriptor.Length, 0, descriptor.Flags);
        }

        return AddDescriptors(new Descriptor(
            table, (uint)(buffers.Length * Descriptor.Size), DescriptorFlags.Indirect, 0));
    }

    /// <inheritdoc/>
    public ushort AddDescriptors(params ReadOnlySpan<Descriptor> descriptors)
    {
        if (descriptors.IsEmpty || descriptors.Length > FreeDescriptors)
            throw new InvalidOperationException($"{descriptors.Length} descriptors wanted, {FreeDescriptors} are free");

        var id = _freeIds.Dequeue();
        var (first, firstFlags) = (NextSlot, DescriptorFlags.None);
        var slots = new ushort[descriptors.Length];
        for (var i = 0; i < descriptors.Length; i++)
        {
            var flags = descriptors[i].Flags | (i == descriptors.Length - 1 ? 0 : DescriptorFlags.Next)
                | (DescriptorFlags)(Wrap ? PackedRing.Available : PackedRing.Used);
            slots[i] = (ushort)NextSlot;
            if (i == 0)
                firstFlags = flags;

            // The first one's flags come last: they make the chain available.
            WriteDescriptor(NextSlot, descriptors[i].Address, descriptors[i].Length, id, i == 0 ? Flags(first) : flags);
            NextSlot++;
            if (NextSlot == Config.Size)
                (NextSlot, Wrap) = (0, !Wrap);
        }

        _chains.Add(id, slots);
        FreeDescriptors -= slots.Length;
        _unnotified += slots.Length;
        WriteFlags(first, firstFlags);
        return id;
    }

    /// <summary>Writes a descriptor of the ring.</summary>
    /// <param name="slot">Where.</param>
    /// <param name="address">Anything.</param>
    /// <param name="length">Anything.</param>
    /// <param name="id">Anything.</param>
    /// <param name="flags">Anything.</param>
    public void WriteDescriptor(int slot, ulong address, uint length, ushort id, DescriptorFlags flags) =>
        Write(Config.DescriptorTable + (ulong)(slot * Descriptor.Size), address, length, id, flags);

    /// <summary>Writes the flags of a descriptor, after everything else.</summary>
    /// <param name="slot">Where.</param>
    /// <param name="flags">Anything.</param>
    public void WriteFlags(int slot, DescriptorFlags flags) => Volatile.Write(ref FlagsField(slot), (ushort)flags);

    /// <inheritdoc/>
    public bool TryTakeUsed(out UsedElement used)
    {
        used = default;
        if (!IsUsed())
            return false;

        // The id stands where a split queue's descriptor has its flags.
        var descriptor = MemoryMarshal.Read<Descriptor>(_memory.Span(
            Config.DescriptorTable + (ulong)(_usedSlot * Descriptor.Size), Descriptor.Size));
        used = new UsedElement((uint)descriptor.Flags, descriptor.Length);
        var slots = _chains.Remove(used.Head).Length;
        _freeIds.Enqueue((ushort)used.Head);
        FreeDescriptors += slots;
        _usedSlot += slots;
        if (_usedSlot >= Config.Size)
            (_usedSlot, _usedWrap) = (_usedSlot - Config.Size, !_usedWrap);
        return true;
    }

    private bool IsUsed()
    {
        var flags = (ushort)Flags(_usedSlot);
        return (flags & PackedRing.Available) != 0 == _usedWrap && (flags & PackedRing.Used) != 0 == _usedWrap;
    }

    private DescriptorFlags Flags(int slot) => (DescriptorFlags)Volatile.Read(ref FlagsField(slot));

    private void Write(ulong address, ulong buffer, uint length, ushort id, DescriptorFlags flags) =>
        MemoryMarshal.Write(
            _memory.Span(address, Descriptor.Size), new Descriptor(buffer, length, (DescriptorFlags)id, (ushort)flags));

    // SAFETY: the span is checked to be two bytes of the guest's memory, and the ring is aligned.
    private ref ushort FlagsField(int slot) => ref MemoryMarshal.AsRef<ushort>(_memory.Span(
        Config.DescriptorTable + (ulong)(slot * Descriptor.Size) + Descriptor.Size - sizeof(ushort), sizeof(ushort)));

    // SAFETY: as above; the structure is aligned to four.
    private ref uint Event(ulong address) => ref MemoryMarshal.AsRef<uint>(_memory.Span(address, sizeof(uint)));
}

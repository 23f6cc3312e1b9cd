using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Testing.Memory;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;

namespace Xen.Testing.Virtio;

/// <summary>The driver's side of a split queue in guest memory: well-behaved, unless told otherwise.</summary>
/// <remarks>
/// <see cref="Add"/> and <see cref="TryTakeUsed"/> are what a correct driver does. The Write methods put anything
/// anywhere, which is what a hostile one does: from then on any used element is taken for good. One thread at a time.
/// </remarks>
#pragma warning disable CA1711 // "queue" is the standard's word
public sealed class GuestQueue : IGuestQueue
#pragma warning restore CA1711
{
    private readonly PlainGuestMemory _memory;
    private readonly Queue<ushort> _free = new();
    private readonly GuestChains _chains;
    private readonly bool _hasEventIndex;
    private bool _isHostile;
    private ushort _availableIndex;
    private ushort _usedIndex;
    private ushort _notifiedIndex;

    /// <summary>Lays a queue out in guest memory, all zero.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="allocator">Where to take the memory of the queue from.</param>
    /// <param name="size">Number of descriptors, a power of two.</param>
    /// <param name="features">The negotiated features.</param>
    public GuestQueue(PlainGuestMemory memory, GuestAllocator allocator, ushort size, ulong features = 0)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(allocator);
        _memory = memory;
        Features = features;
        _hasEventIndex = (features & VirtioFeatures.EventIndex) != 0;
        _chains = new GuestChains((features & VirtioFeatures.InOrder) != 0);
        Config = new VirtQueueConfig(
            size,
            allocator.AllocateZeroed(memory, SplitRing.DescriptorTableLength(size), SplitRing.DescriptorTableAlignment),
            allocator.AllocateZeroed(memory, SplitRing.AvailableRingLength(size), SplitRing.AvailableRingAlignment),
            allocator.AllocateZeroed(memory, SplitRing.UsedRingLength(size), SplitRing.UsedRingAlignment));
        for (ushort i = 0; i < size; i++)
            _free.Enqueue(i);
    }

    /// <inheritdoc/>
    public VirtQueueConfig Config { get; }

    /// <inheritdoc/>
    public ulong Features { get; }

    /// <inheritdoc/>
    public int FreeDescriptors => _free.Count;

    /// <inheritdoc/>
    public int InFlight => _chains.Count;

    /// <summary>The used index as the device has published it.</summary>
    public ushort DeviceUsedIndex => Volatile.Read(ref Field(Config.UsedRing + SplitRing.IndexOffset));

    /// <inheritdoc/>
    public bool DeviceWantsNotification
    {
        get
        {
            // The available index must be visible before the wish is read (virtio 1.2 §2.7.10.1).
            Interlocked.MemoryBarrier();
            var added = (ushort)(_availableIndex - _notifiedIndex);
            _notifiedIndex = _availableIndex;
            return _hasEventIndex
                ? (ushort)(_availableIndex - Volatile.Read(ref AvailableEvent) - 1) < added
                : (Volatile.Read(ref Field(Config.UsedRing + SplitRing.FlagsOffset)) & SplitRing.UsedNoNotify) == 0;
        }
    }

    // Behind the last element of the used ring.
    private ref ushort AvailableEvent =>
        ref Field(Config.UsedRing + (ulong)SplitRing.UsedRingLength(Config.Size) - sizeof(ushort));

    // Behind the last element of the available ring.
    private ref ushort UsedEvent =>
        ref Field(Config.AvailableRing + (ulong)SplitRing.AvailableRingLength(Config.Size) - sizeof(ushort));

    /// <inheritdoc/>
    public bool SetInterruptsWanted(bool wanted)
    {
        // With EVENT_IDX the flag stays 0, and an event that has just been passed is as good as none.
        if (_hasEventIndex)
            Volatile.Write(ref UsedEvent, wanted ? _usedIndex : (ushort)(_usedIndex - 1));
        else
            Volatile.Write(ref Field(Config.AvailableRing + SplitRing.FlagsOffset),
                wanted ? (ushort)0 : SplitRing.AvailableNoInterrupt);
        Interlocked.MemoryBarrier();
        return DeviceUsedIndex != _usedIndex;
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
            if (i != buffers.Length - 1)
            {
                descriptor = descriptor with
                {
                    Flags = descriptor.Flags | DescriptorFlags.Next,
                    Next = (ushort)(i + 1),
                };
            }

            Write(table + (ulong)(i * Descriptor.Size), descriptor);
        }

        return AddDescriptors(new Descriptor(
            table, (uint)(buffers.Length * Descriptor.Size), DescriptorFlags.Indirect, 0));
    }

    /// <inheritdoc/>
    public ushort AddDescriptors(params ReadOnlySpan<Descriptor> descriptors)
    {
        if (descriptors.IsEmpty || descriptors.Length > _free.Count)
            throw new InvalidOperationException($"{descriptors.Length} descriptors wanted, {_free.Count} are free");

        var indices = new ushort[descriptors.Length];
        for (var i = 0; i < indices.Length; i++)
            indices[i] = _free.Dequeue();
        for (var i = 0; i < indices.Length; i++)
        {
            var descriptor = descriptors[i];
            if (i != indices.Length - 1)
                descriptor = descriptor with { Flags = descriptor.Flags | DescriptorFlags.Next, Next = indices[i + 1] };
            Write(Config.DescriptorTable + ((ulong)indices[i] * Descriptor.Size), descriptor);
        }

        _chains.Add(indices[0], indices);
        Publish(indices[0]);
        return indices[0];
    }

    /// <summary>Writes one entry of the descriptor table.</summary>
    /// <param name="index">Which one.</param>
    /// <param name="descriptor">Anything.</param>
    public void WriteDescriptor(int index, Descriptor descriptor)
    {
        _isHostile = true;
        Write(Config.DescriptorTable + (ulong)(index * Descriptor.Size), descriptor);
    }

    /// <summary>Puts a head into the available ring and moves the index.</summary>
    /// <param name="head">Anything.</param>
    public void MakeAvailable(ushort head)
    {
        _isHostile = true;
        Publish(head);
    }

    /// <summary>Moves the available index.</summary>
    /// <param name="index">Anything.</param>
    public void WriteAvailableIndex(ushort index)
    {
        _isHostile = true;
        Volatile.Write(ref Field(Config.AvailableRing + SplitRing.IndexOffset), index);
    }

    /// <inheritdoc/>
    public bool TryTakeUsed(out UsedElement used)
    {
        used = default;
        if (DeviceUsedIndex == _usedIndex)
            return false;

        var slot = (ulong)(_usedIndex++ & (Config.Size - 1));
        used = MemoryMarshal.Read<UsedElement>(_memory.Span(
            Config.UsedRing + SplitRing.ElementsOffset + (slot * SplitRing.UsedElementSize),
            SplitRing.UsedElementSize));
        if (_isHostile && !_chains.Contains(used.Head))
            return true;

        foreach (var index in _chains.Remove(used.Head))
            _free.Enqueue(index);
        return true;
    }

    private void Publish(ushort head)
    {
        var slot = (ulong)(_availableIndex & (Config.Size - 1));
        Field(Config.AvailableRing + SplitRing.ElementsOffset + (slot * SplitRing.AvailableElementSize)) = head;
        Volatile.Write(ref Field(Config.AvailableRing + SplitRing.IndexOffset), ++_availableIndex);
    }

    private void Write(ulong address, in Descriptor descriptor) =>
        MemoryMarshal.Write(_memory.Span(address, Descriptor.Size), descriptor);

    // SAFETY: the span is checked to be two bytes of the guest's memory, and every field of a ring is aligned to two.
    private ref ushort Field(ulong address) =>
        ref MemoryMarshal.AsRef<ushort>(_memory.Span(address, sizeof(ushort)));
}

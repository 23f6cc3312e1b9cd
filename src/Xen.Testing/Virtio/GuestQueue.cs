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
/// anywhere, which is what a hostile one does. One thread at a time.
/// </remarks>
#pragma warning disable CA1711 // "queue" is the standard's word
public sealed class GuestQueue
#pragma warning restore CA1711
{
    private readonly PlainGuestMemory _memory;
    private readonly Queue<ushort> _free = new();
    private readonly Dictionary<ushort, ushort[]> _chains = [];
    private ushort _availableIndex;
    private ushort _usedIndex;

    /// <summary>Lays a queue out in guest memory, all zero.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="allocator">Where to take the memory of the queue from.</param>
    /// <param name="size">Number of descriptors, a power of two.</param>
    public GuestQueue(PlainGuestMemory memory, GuestAllocator allocator, ushort size)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(allocator);
        _memory = memory;
        Config = new VirtQueueConfig(
            size,
            Place(SplitRing.DescriptorTableLength(size), SplitRing.DescriptorTableAlignment),
            Place(SplitRing.AvailableRingLength(size), SplitRing.AvailableRingAlignment),
            Place(SplitRing.UsedRingLength(size), SplitRing.UsedRingAlignment));
        for (ushort i = 0; i < size; i++)
            _free.Enqueue(i);

        ulong Place(int length, int alignment)
        {
            var address = allocator.Allocate((uint)length, (uint)alignment);
            memory.Span(address, length).Clear();
            return address;
        }
    }

    /// <summary>Size and addresses.</summary>
    public VirtQueueConfig Config { get; }

    /// <summary>Descriptors that are in no chain.</summary>
    public int FreeDescriptors => _free.Count;

    /// <summary>Chains made available and not given back yet.</summary>
    public int InFlight => _chains.Count;

    /// <summary>The used index as the device has published it.</summary>
    public ushort DeviceUsedIndex => Volatile.Read(ref Field(Config.UsedRing + SplitRing.IndexOffset));

    /// <summary>Whether the device asks not to be notified.</summary>
    public bool DeviceWantsNotification
    {
        get
        {
            // The available index must be visible before the flag is read (virtio 1.2 §2.7.10.1).
            Interlocked.MemoryBarrier();
            var flags = Volatile.Read(ref Field(Config.UsedRing + SplitRing.FlagsOffset));
            return (flags & SplitRing.UsedNoNotify) == 0;
        }
    }

    /// <summary>Asks the device not to interrupt, or to interrupt again.</summary>
    /// <param name="wanted">Whether interrupts are wanted.</param>
    /// <returns>True if something has been used meanwhile.</returns>
    public bool SetInterruptsWanted(bool wanted)
    {
        Volatile.Write(ref Field(Config.AvailableRing + SplitRing.FlagsOffset),
            wanted ? (ushort)0 : SplitRing.AvailableNoInterrupt);
        Interlocked.MemoryBarrier();
        return DeviceUsedIndex != _usedIndex;
    }

    /// <summary>Builds a chain and makes it available. Does not notify.</summary>
    /// <param name="buffers">The buffers in order; at least one, at most as many as descriptors are free.</param>
    /// <returns>The head.</returns>
    public ushort Add(params ReadOnlySpan<GuestBuffer> buffers)
    {
        if (buffers.IsEmpty || buffers.Length > _free.Count)
            throw new InvalidOperationException($"{buffers.Length} descriptors wanted, {_free.Count} are free");

        var indices = new ushort[buffers.Length];
        for (var i = 0; i < indices.Length; i++)
            indices[i] = _free.Dequeue();
        for (var i = 0; i < indices.Length; i++)
        {
            var last = i == indices.Length - 1;
            var flags = (buffers[i].DeviceWritable ? DescriptorFlags.Write : 0) | (last ? 0 : DescriptorFlags.Next);
            WriteDescriptor(indices[i], new Descriptor(
                buffers[i].Address, buffers[i].Length, flags, last ? (ushort)0 : indices[i + 1]));
        }

        _chains.Add(indices[0], indices);
        MakeAvailable(indices[0]);
        return indices[0];
    }

    /// <summary>Writes one entry of the descriptor table.</summary>
    /// <param name="index">Which one.</param>
    /// <param name="descriptor">Anything.</param>
    public void WriteDescriptor(int index, Descriptor descriptor)
    {
        var address = Config.DescriptorTable + (ulong)(index * Descriptor.Size);
        MemoryMarshal.Write(_memory.Span(address, Descriptor.Size), descriptor);
    }

    /// <summary>Puts a head into the available ring and moves the index.</summary>
    /// <param name="head">Anything.</param>
    public void MakeAvailable(ushort head)
    {
        var slot = (ulong)(_availableIndex & (Config.Size - 1));
        Field(Config.AvailableRing + SplitRing.ElementsOffset + (slot * SplitRing.AvailableElementSize)) = head;
        WriteAvailableIndex(++_availableIndex);
    }

    /// <summary>Moves the available index.</summary>
    /// <param name="index">Anything.</param>
    public void WriteAvailableIndex(ushort index) =>
        Volatile.Write(ref Field(Config.AvailableRing + SplitRing.IndexOffset), index);

    /// <summary>Takes the next element out of the used ring and frees its chain.</summary>
    /// <param name="used">The element.</param>
    /// <returns>False if the device has given back nothing more.</returns>
    public bool TryTakeUsed(out UsedElement used)
    {
        used = default;
        if (DeviceUsedIndex == _usedIndex)
            return false;

        var slot = (ulong)(_usedIndex++ & (Config.Size - 1));
        used = MemoryMarshal.Read<UsedElement>(_memory.Span(
            Config.UsedRing + SplitRing.ElementsOffset + (slot * SplitRing.UsedElementSize),
            SplitRing.UsedElementSize));
        if (_chains.Remove((ushort)used.Head, out var indices))
        {
            foreach (var index in indices)
                _free.Enqueue(index);
        }

        return true;
    }

    // SAFETY: the span is checked to be two bytes of the guest's memory, and every field of a ring is aligned to two.
    private ref ushort Field(ulong address) =>
        ref MemoryMarshal.AsRef<ushort>(_memory.Span(address, sizeof(ushort)));
}

using System;
using System.Buffers.Binary;
using System.Diagnostics;
using Xen.Testing.Memory;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;

namespace Xen.Benchmarks.Virtio;

/// <summary>
/// In each round the driver makes chains available, of one readable and two writable buffers; the device takes all and gives
/// them back. Only the device is timed. The same as in <c>benchmarks/peers/virtio/main.c</c>.
/// </summary>
internal sealed class Rounds
{
    /// <summary>Chains in a round.</summary>
    internal const int Chains = 256;

    private const int Buffers = 3;
    private const ushort SplitSize = 1024;
    private const ulong Descriptors = 0x1000;
    private const ulong DriverArea = 0x10000;
    private const ulong DeviceArea = 0x20000;
    private const ulong Tables = 0x30000;
    private const ulong Data = 0x80000;
    private const int MemoryLength = 0x100000;

    private static readonly uint[] s_lengths = [16, 512, 1];

    private readonly PlainGuestMemory _memory = new(MemoryLength);
    private readonly QueueKind _kind;
    private readonly VirtQueue _queue;
    private readonly DescriptorChain _chain;
    private readonly int _each;
    private int _round;

    internal Rounds(QueueKind kind)
    {
        _kind = kind;
        _each = Has(QueueKind.Indirect) ? 1 : Buffers;
        var size = Has(QueueKind.Packed) ? (ushort)(Chains * _each) : SplitSize;
        var features = (Has(QueueKind.Packed) ? VirtioFeatures.RingPacked : 0)
            | (Has(QueueKind.Indirect) ? VirtioFeatures.IndirectDescriptors : 0)
            | (Has(QueueKind.EventIndex) ? VirtioFeatures.EventIndex : 0);
        var config = new VirtQueueConfig(size, Descriptors, DriverArea, DeviceArea);
        using (var view = _memory.Enter())
        {
            if (config.Check(size, features, view) != VirtQueueFault.None)
                throw new InvalidOperationException("the queue is not laid out well");
        }

        _queue = VirtQueue.Create(config, features);
        _chain = new DescriptorChain(_queue.MaxSegments);
        for (var i = 0; i < Chains * Buffers; i++)
            WriteBuffer(Tables + (ulong)(i * Descriptor.Size), i / Buffers, i % Buffers, 0);
        if (Has(QueueKind.Packed))
            return;

        Prepare();
        for (var i = 0; i < SplitSize; i++)
            WriteDriver(SplitRing.ElementsOffset + (i * SplitRing.AvailableElementSize), (ushort)(i % Chains * _each));
    }

    /// <summary>Runs rounds.</summary>
    /// <param name="count">How many.</param>
    /// <returns>What the device's part took, and allocated.</returns>
    internal (TimeSpan Time, long Allocated) Serve(int count)
    {
        var (ticks, allocated) = (0L, 0L);
        for (var i = 0; i < count; i++)
        {
            if (Has(QueueKind.Packed))
                Prepare();
            _round++;
            if (!Has(QueueKind.Packed))
                WriteDriver(SplitRing.IndexOffset, (ushort)(_round * Chains));

            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            ServeOnce();
            ticks += Stopwatch.GetTimestamp() - start;
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return (Stopwatch.GetElapsedTime(0, ticks), allocated);
    }

    private void ServeOnce()
    {
        var (served, bytes) = (0, 0UL);
        using var view = _memory.Enter();
        if (!_queue.TryOpen(view, out var rings))
            throw new InvalidOperationException("the queue is gone");
        _queue.SuppressNotifications(rings);
        while (_queue.TryTake(rings, _chain) == TakeResult.Chain)
        {
            bytes += _chain.ReadableLength;
            _queue.Complete(rings, _chain, _chain.WritableLength);
            bytes += _queue.ShouldInterrupt(rings) ? 1u : 0;
            served++;
        }

        _queue.AllowNotifications(rings);
        if (served != Chains || bytes < 16 * Chains)
            throw new InvalidOperationException($"{served} chains came");
    }

    private bool Has(QueueKind bit) => (_kind & bit) != 0;

    // The flags of a packed ring say the round; those of a split one stay as they are.
    private void Prepare()
    {
        var round = !Has(QueueKind.Packed) ? 0 : _round % 2 == 0 ? PackedRing.Available : PackedRing.Used;
        for (var chain = 0; chain < Chains; chain++)
        {
            for (var i = 0; i < _each; i++)
            {
                var address = Descriptors + (ulong)(((chain * _each) + i) * Descriptor.Size);
                if (Has(QueueKind.Indirect))
                {
                    Write(address, Tables + (ulong)(chain * Buffers * Descriptor.Size), Buffers * Descriptor.Size,
                        DescriptorFlags.Indirect | (DescriptorFlags)round, chain, 0);
                }
                else
                {
                    WriteBuffer(address, chain, i, round);
                }
            }
        }
    }

    private void WriteBuffer(ulong address, int chain, int i, int round)
    {
        var flags = (i != 0 ? DescriptorFlags.Write : 0) | (i != Buffers - 1 ? DescriptorFlags.Next : 0)
            | (DescriptorFlags)round;
        var first = Has(QueueKind.Indirect) ? 0 : chain * Buffers;
        Write(address, Data + (ulong)((chain % 64 * 1024) + (i * 16)), s_lengths[i], flags, chain, first + i + 1);
    }

    private void Write(ulong at, ulong address, uint length, DescriptorFlags flags, int id, int next)
    {
        var bytes = _memory.Span(at, Descriptor.Size);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, address);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[12..], Has(QueueKind.Packed) ? (ushort)id : (ushort)flags);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[14..], Has(QueueKind.Packed) ? (ushort)flags : (ushort)next);
    }

    private void WriteDriver(int offset, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(_memory.Span(DriverArea + (ulong)offset, sizeof(ushort)), value);
}

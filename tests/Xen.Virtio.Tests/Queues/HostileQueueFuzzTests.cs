using System;
using System.Buffers.Binary;
using Xen.Testing.Memory;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Queues;

/// <summary>
/// A million rings of hostile guests, against the reference: loops, chains that are too long, buffers outside memory,
/// nested and broken tables, indices that run away, memory full of anything. Each chain comes once, is what the letter of
/// the standard makes of it, and is given back once.
/// </summary>
public sealed class HostileQueueFuzzTests(ITestOutputHelper output)
{
    private const int Inputs = 100_000;
    private const ulong Descriptors = 0x1000;
    private const ulong DriverArea = 0x3000;
    private const ulong DeviceArea = 0x4000;
    private const ulong Tables = 0x8000;

    // The tables end where memory ends.
    private const int MemoryLength = 0xa000;

    private readonly PlainGuestMemory _memory = new(MemoryLength);
    private Random _random = new(0);

    public static TheoryData<bool, int> Seeds
    {
        get
        {
            var rows = new TheoryData<bool, int>();
            foreach (var isPacked in (bool[])[false, true])
            {
                foreach (var seed in (int[])[1, 2, 3, 4, Random.Shared.Next()])
                    rows.Add(isPacked, seed);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void V2_V5_hostile_rings_come_out_as_the_standard_says(bool isPacked, int seed)
    {
        output.WriteLine($"seed {seed}");
        _random = new Random(seed);
        long chains = 0, malformed = 0, broken = 0;
        for (var input = 0; input < Inputs;)
        {
            var features = (isPacked ? VirtioFeatures.RingPacked : 0)
                | (Rarely(4) ? 0 : VirtioFeatures.IndirectDescriptors) | (Rarely(2) ? VirtioFeatures.EventIndex : 0);
            var size = isPacked ? (ushort)_random.Next(1, 33) : (ushort)(1 << _random.Next(6));
            var config = new VirtQueueConfig(size, Descriptors, DriverArea, DeviceArea);
            _memory.Span(0, MemoryLength).Clear();
            using var view = _memory.Enter();
            Assert.Equal(VirtQueueFault.None, config.Check(64, features, view));

            var queue = VirtQueue.Create(config, features);
            Assert.True(queue.TryOpen(view, out var rings));
            var chain = new DescriptorChain(queue.MaxSegments);
            var reference = new ReferenceWalk(
                _memory, config, (features & VirtioFeatures.IndirectDescriptors) != 0, queue.MaxSegments);
            for (var last = input + 500; input < last && queue.Fault == VirtQueueFault.None; input++)
            {
                WriteTables();
                if (isPacked)
                    WritePacked(config, queue.Position);
                else
                    WriteSplit(config, queue.Position);

                // Each take consumes a head or a slot, and nobody writes new ones.
                for (var takes = 0; ; takes++)
                {
                    Assert.InRange(takes, 0, size);
                    var before = queue.Position;
                    var expected = isPacked
                        ? reference.Packed(before.NextAvailable, before.AvailableWrap)
                        : reference.Split(before.NextAvailable);
                    var result = queue.TryTake(rings, chain);
                    Assert.Equal(expected, result);
                    if (result == TakeResult.Empty)
                        break;
                    if (result == TakeResult.Broken)
                    {
                        broken++;
                        break;
                    }

                    AssertIs(reference, chain, result);
                    var written = (uint)_random.Next();
                    if (chain.Fault != ChainFault.HeadOutOfRange)
                    {
                        queue.Complete(rings, chain, written);
                        AssertIsGivenBack(config, isPacked, before, queue.Position, chain.Head, written, reference.Slots);
                    }

                    queue.ShouldInterrupt(rings);
                    if (result == TakeResult.Chain)
                        chains++;
                    else
                        malformed++;
                }

                if (Rarely(4))
                    queue.SuppressNotifications(rings);
                else if (Rarely(4))
                    queue.AllowNotifications(rings);
            }
        }

        output.WriteLine($"{chains} chains, {malformed} malformed, {broken} broken queues");
        Assert.True(chains > Inputs / 2 && malformed > Inputs / 20);
        Assert.Equal(isPacked, broken == 0);
    }

    // Any size and any addresses: what the check lets through can be used, the rest is refused.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void V6_queue_that_passes_the_check_can_be_used(int seed)
    {
        _random = new Random(seed);
        _random.NextBytes(_memory.Span(0, MemoryLength));
        var accepted = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var features = (ulong)_random.NextInt64();
            var size = Rarely(3) ? (ushort)_random.Next(0x10000) : (ushort)(1 << _random.Next(10));
            var config = new VirtQueueConfig(size, Address(), Address(), Address());
            using var view = _memory.Enter();
            if (config.Check(1024, features, view) != VirtQueueFault.None)
                continue;

            accepted++;
            var queue = VirtQueue.Create(config, features);
            Assert.True(queue.TryOpen(view, out var rings));
            var chain = new DescriptorChain(queue.MaxSegments);
            for (var take = 0; take < 5; take++)
            {
                if (queue.TryTake(rings, chain) is TakeResult.Chain or TakeResult.Malformed)
                    queue.Complete(rings, chain, 1);
            }

            queue.ShouldInterrupt(rings);
            queue.AllowNotifications(rings);
        }

        Assert.InRange(accepted, 1_000, 19_000);

        ulong Address() => Rarely(20) ? (ulong)_random.NextInt64() : (ulong)_random.Next(MemoryLength) & ~(ulong)(Rarely(3) ? 1 : 15);
    }

    private static void AssertIs(ReferenceWalk reference, DescriptorChain chain, TakeResult result)
    {
        Assert.Equal(reference.Id, chain.Head);
        if (result == TakeResult.Malformed)
        {
            Assert.NotEqual(ChainFault.None, chain.Fault);
            return;
        }

        var readable = chain.Readable;
        var writable = chain.Writable;
        Assert.Equal(reference.Segments.Count, readable.Length + writable.Length);
        for (var i = 0; i < reference.Segments.Count; i++)
        {
            var isWritable = i >= readable.Length;
            var segment = isWritable ? writable[i - readable.Length] : readable[i];
            if (reference.Segments[i] != (segment.Address, segment.Length, isWritable))
                Assert.Fail($"segment {i}: {segment}, {isWritable}, and not {reference.Segments[i]}");
        }
    }

    private void AssertIsGivenBack(
        VirtQueueConfig config, bool isPacked, QueuePosition before, QueuePosition after, ushort id, uint written,
        int slots)
    {
        if (!isPacked)
        {
            var element = _memory.Span(DeviceArea + 4 + (ulong)(before.NextUsed % config.Size * 8), 8);
            Assert.Equal(id | ((ulong)written << 32), BinaryPrimitives.ReadUInt64LittleEndian(element));
            Assert.Equal((ushort)(before.NextUsed + 1), U16(DeviceArea + 2));
            Assert.Equal((ushort)(before.NextUsed + 1), after.NextUsed);
            return;
        }

        var descriptor = _memory.Span(Descriptors + (ulong)(before.NextUsed * 16), 16);
        Assert.Equal(written, BinaryPrimitives.ReadUInt32LittleEndian(descriptor[8..]));
        Assert.Equal(id, BinaryPrimitives.ReadUInt16LittleEndian(descriptor[12..]));
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[14..]);
        Assert.Equal(before.UsedWrap ? 0x8080 : 0, flags & 0x8080);
        Assert.Equal((before.NextUsed + slots) % config.Size, after.NextUsed);
    }

    private void WriteSplit(VirtQueueConfig config, QueuePosition position)
    {
        // Whole chains of any length, so that many are good.
        for (var i = 0; i < config.Size; i++)
        {
            var (address, length, flags) = Buffer();
            if (i + 1 < config.Size && !Rarely(3))
                flags |= DescriptorFlags.Next;
            var next = Rarely(100) ? (ushort)_random.Next(0x10000)
                : Rarely(30) ? (ushort)_random.Next(config.Size) : (ushort)(i + 1);
            Write(Descriptors + (ulong)(i * 16), address, length, (ushort)flags, next);
        }

        var heads = _random.Next(1, Math.Min(3, (int)config.Size) + 1);
        for (var i = 0; i < heads; i++)
        {
            var head = Rarely(100) ? _random.Next(0x10000) : _random.Next(config.Size);
            U16(DriverArea + 4 + (ulong)((ushort)(position.NextAvailable + i) % config.Size * 2), (ushort)head);
        }

        U16(DriverArea + 2, Rarely(500) ? (ushort)_random.Next(0x10000) : (ushort)(position.NextAvailable + heads));
        U16(DriverArea, (ushort)_random.Next(0x10000));
        U16(DriverArea + 4 + (ulong)(config.Size * 2), (ushort)_random.Next(0x10000));
        if (Rarely(10))
            _random.NextBytes(_memory.Span(DeviceArea, SplitRing.UsedRingLength(config.Size)));
    }

    private void WritePacked(VirtQueueConfig config, QueuePosition position)
    {
        if (Rarely(200))
            _random.NextBytes(_memory.Span(Descriptors, config.Size * 16));

        var (slot, wrap) = ((int)position.NextAvailable, position.AvailableWrap);
        for (var chains = _random.Next(1, 3); chains > 0; chains--)
        {
            while (true)
            {
                var (address, length, flags) = Buffer();
                var isLast = Rarely(3);
                flags |= (isLast ? 0 : DescriptorFlags.Next) | (DescriptorFlags)(wrap ? 0x80 : 0x8000);
                if (Rarely(100))
                    flags ^= (DescriptorFlags)(1 << _random.Next(16));
                Write(Descriptors + (ulong)(slot * 16), address, length, (ushort)_random.Next(0x10000), (ushort)flags);
                slot++;
                if (slot == config.Size)
                    (slot, wrap) = (0, !wrap);
                if (isLast)
                    break;
            }
        }

        BinaryPrimitives.WriteUInt32LittleEndian(_memory.Span(DriverArea, 4), (uint)_random.NextInt64());
    }

    private (ulong Address, uint Length, DescriptorFlags Flags) Buffer()
    {
        if (Rarely(8))
        {
            var table = Rarely(20) ? (ulong)_random.NextInt64() : Tables + (ulong)(_random.Next(0x200) * 16);
            var length = Rarely(20) ? (uint)_random.Next() : (uint)(_random.Next(Rarely(10) ? 600 : 8) * 16);
            return (table, length, DescriptorFlags.Indirect);
        }

        var address = Rarely(50) ? ulong.MaxValue - (ulong)_random.Next(0x1000) : (ulong)_random.Next(MemoryLength);
        var bytes = Rarely(50) ? (uint)_random.NextInt64() : (uint)_random.Next(0x100);
        return (address, Rarely(10) ? 0 : bytes, Rarely(30) ? DescriptorFlags.Write : 0);
    }

    // Some of the tables anew: a chain of either kind's descriptors, mostly good.
    private void WriteTables()
    {
        var first = _random.Next(0x200 - 8);
        for (var i = 0; i < 8; i++)
        {
            var (address, length, flags) = Buffer();
            if (!Rarely(20))
                flags &= DescriptorFlags.Write;
            if (!Rarely(4))
                flags |= DescriptorFlags.Next;

            // What is a successor for a split queue are the flags for a packed one.
            var next = Rarely(2) ? (ushort)flags : (ushort)_random.Next(10);
            Write(Tables + (ulong)((first + i) * 16), address, length, (ushort)flags, next);
        }
    }

    private bool Rarely(int oneIn) => _random.Next(oneIn) == 0;

    private void Write(ulong at, ulong address, uint length, ushort third, ushort fourth)
    {
        var bytes = _memory.Span(at, 16);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, address);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[12..], third);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[14..], fourth);
    }

    private ushort U16(ulong address) => BinaryPrimitives.ReadUInt16LittleEndian(_memory.Span(address, 2));

    private void U16(ulong address, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(_memory.Span(address, 2), value);
}

using System;
using System.Linq;
using Xen.Testing.Virtio;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Queues;

/// <summary>What holds for split and packed queues alike, with any of the features.</summary>
public sealed class VirtQueueTests
{
    private const ushort Size = 8;
    private const ulong Buffer = QueueBench.Buffer;
    private const ulong Table = 0x9_0000;

    [Theory]
    [MemberData(nameof(QueueKinds.All), MemberType = typeof(QueueKinds))]
    public void Chain_is_taken_and_given_back(ulong features)
    {
        var bench = new QueueBench(features);
        Assert.Equal(TakeResult.Empty, bench.Take());
        var id = bench.Driver.Add(
            new(Buffer, 3, false), new(Buffer + 8, 4, false), new(Buffer + 16, 5, true), new(Buffer + 24, 6, true));

        Assert.Equal(TakeResult.Chain, bench.Take());
        Assert.Equal((7u, 11u), (bench.Chain.ReadableLength, bench.Chain.WritableLength));
        Assert.Equal([new(Buffer, 3), new(Buffer + 8, 4)], bench.Chain.Readable.ToArray());
        Assert.Equal([new(Buffer + 16, 5), new(Buffer + 24, 6)], bench.Chain.Writable.ToArray());
        Assert.False(bench.Driver.TryTakeUsed(out _));
        bench.Complete(9);
        Assert.True(bench.Driver.TryTakeUsed(out var used));
        Assert.Equal(new UsedElement(id, 9), used);
        Assert.False(bench.Driver.TryTakeUsed(out _));
        Assert.Equal(Size, bench.Driver.FreeDescriptors);
        Assert.Equal(TakeResult.Empty, bench.Take());
    }

    // More chains than a 16-bit index counts, of lengths that do not divide the ring, up to all of it.
    [Theory]
    [MemberData(nameof(QueueKinds.All), MemberType = typeof(QueueKinds))]
    public void Positions_wrap_around(ulong features)
    {
        var bench = new QueueBench(features);
        Span<GuestBuffer> buffers = stackalloc GuestBuffer[Size];
        for (var i = 0; i < 70_000; i++)
        {
            var count = (i % Size) + 1;
            for (var j = 0; j < count; j++)
                buffers[j] = new GuestBuffer(Buffer + (ulong)j, 1, true);
            var id = bench.Driver.Add(buffers[..count]);
            Assert.Equal(TakeResult.Chain, bench.Take());
            Assert.Equal((uint)count, bench.Chain.WritableLength);
            bench.Complete((uint)i);
            Assert.True(bench.Driver.TryTakeUsed(out var used));
            Assert.Equal(new UsedElement(id, (uint)i), used);
        }
    }

    [Theory]
    [MemberData(nameof(QueueKinds.All), MemberType = typeof(QueueKinds))]
    public void Full_queue_is_taken_in_order(ulong features)
    {
        var bench = new QueueBench(features);
        for (var round = 0; round < 5; round++)
        {
            for (var i = 0; i < Size; i++)
            {
                bench.Memory.Span(Buffer + (ulong)i, 1)[0] = (byte)(round + i);
                bench.Driver.Add(new GuestBuffer(Buffer + (ulong)i, 1, false));
            }

            for (var i = 0; i < Size; i++)
            {
                Assert.Equal(TakeResult.Chain, bench.Take());
                Assert.Equal(round + i, bench.ReadByte());
                bench.Complete(0);
            }

            Assert.Equal(TakeResult.Empty, bench.Take());
            for (var i = 0; i < Size; i++)
                Assert.True(bench.Driver.TryTakeUsed(out _));
        }
    }

    [Theory]
    [MemberData(nameof(QueueKinds.Layouts), MemberType = typeof(QueueKinds))]
    public void Chains_may_be_given_back_in_another_order(ulong features)
    {
        var bench = new QueueBench(features);
        var other = new DescriptorChain(bench.Queue.MaxSegments);
        for (var i = 0; i < 100; i++)
        {
            var first = bench.Driver.Add(new(Buffer, 1, true), new(Buffer, 1, true), new(Buffer, 1, true));
            var second = bench.Driver.Add(new(Buffer, 1, true), new(Buffer, 1, true));
            Assert.Equal(TakeResult.Chain, bench.Take());
            Assert.Equal(TakeResult.Chain, bench.TakeInto(other));
            bench.Complete(other, 2);
            bench.Complete(1);

            Assert.True(bench.Driver.TryTakeUsed(out var used));
            Assert.Equal(new UsedElement(second, 2), used);
            Assert.True(bench.Driver.TryTakeUsed(out used));
            Assert.Equal(new UsedElement(first, 1), used);
        }
    }

    [Theory]
    [MemberData(nameof(QueueKinds.All), MemberType = typeof(QueueKinds))]
    public void Indirect_chain_is_taken_if_it_was_negotiated(ulong features)
    {
        var bench = new QueueBench(features);
        for (var i = 0; i < 20; i++)
        {
            var id = bench.Driver.AddIndirect(Table, new(Buffer, 3, false), new(Buffer + 8, 4, true), new(Buffer + 16, 5, true));
            if ((features & VirtioFeatures.IndirectDescriptors) != 0)
            {
                Assert.Equal(TakeResult.Chain, bench.Take());
                Assert.Equal([new DescriptorSegment(Buffer, 3)], bench.Chain.Readable.ToArray());
                Assert.Equal([new(Buffer + 8, 4), new(Buffer + 16, 5)], bench.Chain.Writable.ToArray());
            }
            else
            {
                Assert.Equal(TakeResult.Malformed, bench.Take());
                Assert.Equal(ChainFault.Indirect, bench.Chain.Fault);
            }

            bench.Complete(9);
            Assert.True(bench.Driver.TryTakeUsed(out var used));
            Assert.Equal(new UsedElement(id, 9), used);
        }
    }

    [Theory]
    [MemberData(nameof(QueueKinds.Layouts), MemberType = typeof(QueueKinds))]
    public void Indirect_table_may_come_last_in_a_chain_and_lie_anywhere(ulong features)
    {
        // Across the boundary of two blocks of memory that may be apart.
        const ulong Split = (1 << 20) - 24;
        var bench = new QueueBench(features);
        bench.Driver.AddIndirect(Split, new(Buffer, 3, false), new(Buffer + 8, 4, false), new(Buffer + 16, 5, true));
        Assert.Equal(TakeResult.Chain, bench.Take());
        bench.Complete(0);
        Assert.True(bench.Driver.TryTakeUsed(out _));

        // A direction on the descriptor of a table means nothing.
        bench.Driver.AddDescriptors(
            new Descriptor(Buffer + 32, 1, 0, 0),
            new Descriptor(Split, 3 * Descriptor.Size, DescriptorFlags.Indirect | DescriptorFlags.Write, 0));
        Assert.Equal(TakeResult.Chain, bench.Take());
        Assert.Equal((8u, 5u), (bench.Chain.ReadableLength, bench.Chain.WritableLength));
    }

    [Theory]
    [MemberData(nameof(QueueKinds.Layouts), MemberType = typeof(QueueKinds))]
    public void Indirect_table_may_be_longer_than_the_queue_within_a_bound(ulong features)
    {
        var bench = new QueueBench(features);
        var buffers = Enumerable.Repeat(new GuestBuffer(Buffer, 1, true), VirtQueue.MinMaxSegments + 1).ToArray();
        bench.Driver.AddIndirect(Table, buffers.AsSpan(1));
        Assert.Equal(TakeResult.Chain, bench.Take());
        Assert.Equal(VirtQueue.MinMaxSegments, bench.Chain.Writable.Length);

        bench.Driver.AddIndirect(Table, buffers);
        Assert.Equal(TakeResult.Malformed, bench.Take());
        Assert.Equal(ChainFault.IndirectLength, bench.Chain.Fault);

        bench.Driver.AddDescriptors(
            new Descriptor(Buffer, 1, DescriptorFlags.Write, 0),
            new Descriptor(Table, VirtQueue.MinMaxSegments * Descriptor.Size, DescriptorFlags.Indirect, 0));
        Assert.Equal(TakeResult.Malformed, bench.Take());
        Assert.Equal(ChainFault.TooLong, bench.Chain.Fault);
    }

    public static TheoryData<ulong, ChainFault, Descriptor[]> MalformedIndirections
    {
        get
        {
            const DescriptorFlags Indirect = DescriptorFlags.Indirect;
            var rows = new TheoryData<ulong, ChainFault, Descriptor[]>();
            foreach (var row in QueueKinds.Layouts)
            {
                rows.Add(row.Data, ChainFault.IndirectLength, [new(Table, 0, Indirect, 0)]);
                rows.Add(row.Data, ChainFault.IndirectLength, [new(Table, 15, Indirect, 0)]);
                rows.Add(row.Data, ChainFault.IndirectLength, [new(Table, 40, Indirect, 0)]);
                rows.Add(row.Data, ChainFault.IndirectLength, [new(Table, uint.MaxValue, Indirect, 0)]);
                rows.Add(row.Data, ChainFault.IndirectLength, [new(Table, 0xffff_fff0, Indirect, 0)]);
                rows.Add(row.Data, ChainFault.IndirectOutsideMemory, [new(0x100_0000, 16, Indirect, 0)]);
                rows.Add(row.Data, ChainFault.IndirectOutsideMemory, [new((4 << 20) - 8, 16, Indirect, 0)]);
                rows.Add(row.Data, ChainFault.AddressOverflow, [new(ulong.MaxValue - 8, 16, Indirect, 0)]);
                rows.Add(row.Data, ChainFault.IndirectWithNext, [new(Table, 16, Indirect, 0), new(Buffer, 1, 0, 0)]);
                rows.Add(row.Data, ChainFault.ReadableAfterWritable,
                    [new(Buffer, 1, DescriptorFlags.Write, 0), new(Table, 16, Indirect, 0)]);
                rows.Add(row.Data, ChainFault.ReadableAfterWritable,
                    [new(Buffer, 0, DescriptorFlags.Write, 0), new(Buffer, 1, 0, 0)]);
                rows.Add(row.Data, ChainFault.AddressOverflow, [new(Buffer, 1, 0, 0), new(ulong.MaxValue, 2, 0, 0)]);
                rows.Add(row.Data, ChainFault.TooManyBytes, [new(0, uint.MaxValue, 0, 0), new(Table, 16, Indirect, 0)]);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(MalformedIndirections))]
    public void V1_malformed_chain_comes_back_unserved_and_the_next_one_is_served(
        ulong features, ChainFault fault, Descriptor[] descriptors)
    {
        var bench = new QueueBench(features);

        // A table of one good, readable descriptor.
        bench.Driver.AddIndirect(Table, new GuestBuffer(Buffer, 1, false));
        Assert.Equal(TakeResult.Chain, bench.Take());
        bench.Complete(0);
        Assert.True(bench.Driver.TryTakeUsed(out _));

        var malformed = bench.Driver.AddDescriptors(descriptors);
        var good = bench.Driver.Add(new GuestBuffer(Buffer, 1, true));
        Assert.Equal(TakeResult.Malformed, bench.Take());
        Assert.Equal(fault, bench.Chain.Fault);
        bench.Complete(0);
        Assert.Equal(TakeResult.Chain, bench.Take());
        bench.Complete(1);

        Assert.True(bench.Driver.TryTakeUsed(out var used));
        Assert.Equal(new UsedElement(malformed, 0), used);
        Assert.True(bench.Driver.TryTakeUsed(out used));
        Assert.Equal(new UsedElement(good, 1), used);
        Assert.Equal(Size, bench.Driver.FreeDescriptors);
    }

    [Theory]
    [MemberData(nameof(QueueKinds.Layouts), MemberType = typeof(QueueKinds))]
    public void V5_indirect_table_in_an_indirect_table_is_rejected(ulong features)
    {
        var bench = new QueueBench(features);
        bench.Driver.AddIndirect(Table, new GuestBuffer(Buffer, 1, false), new GuestBuffer(Buffer, 1, false));

        // The flags of the second descriptor stand elsewhere in a packed table.
        var flags = Table + 16 + ((features & VirtioFeatures.RingPacked) != 0 ? 14u : 12u);
        bench.Memory.Span(flags, 1)[0] = (byte)DescriptorFlags.Indirect;
        Assert.Equal(TakeResult.Malformed, bench.Take());
        Assert.Equal(ChainFault.NestedIndirect, bench.Chain.Fault);
    }

    [Fact]
    public void V5_cycle_in_an_indirect_table_is_rejected()
    {
        var bench = new QueueBench(VirtioFeatures.IndirectDescriptors);
        bench.Driver.AddIndirect(Table, new(Buffer, 0, false), new(Buffer, 0, false), new(Buffer, 0, false));
        bench.Memory.Span(Table + 32 + 12, 1)[0] = (byte)DescriptorFlags.Next;
        Assert.Equal(TakeResult.Malformed, bench.Take());
        Assert.Equal(ChainFault.TooLong, bench.Chain.Fault);

        bench.Driver.AddIndirect(Table, new(Buffer, 0, false), new(Buffer, 0, false));
        bench.Memory.Span(Table + 14, 1)[0] = 2;
        Assert.Equal(TakeResult.Malformed, bench.Take());
        Assert.Equal(ChainFault.NextOutOfRange, bench.Chain.Fault);
    }

    [Theory]
    [MemberData(nameof(QueueKinds.All), MemberType = typeof(QueueKinds))]
    public void Taking_and_completing_allocates_nothing(ulong features)
    {
        const int Chains = 4;
        var bench = new QueueBench(features);
        var isIndirect = (features & VirtioFeatures.IndirectDescriptors) != 0;
        for (var i = 0; i < 200; i++)
            Cycle();

        long allocated = 0;
        for (var i = 0; i < 5_000; i++)
            allocated += Cycle();

        // Less than a byte each: the runtime itself may allocate now and then.
        Assert.InRange(allocated, 0, (5_000 * Chains) - 1);

        long Cycle()
        {
            for (var i = 0; i < Chains; i++)
            {
                if (isIndirect)
                    bench.Driver.AddIndirect(Table, new(Buffer, 1, false), new(Buffer, 1, true));
                else
                    bench.Driver.Add(new(Buffer, 1, false), new(Buffer, 1, true));
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            bench.SuppressNotifications();
            while (bench.Take() == TakeResult.Chain)
            {
                bench.Complete(1);
                bench.ShouldInterrupt();
            }

            bench.AllowNotifications();
            var after = GC.GetAllocatedBytesForCurrentThread();
            while (bench.Driver.TryTakeUsed(out _))
            {
                // The driver's objects are its own.
            }

            return after - before;
        }
    }

    [Theory]
    [MemberData(nameof(QueueKinds.All), MemberType = typeof(QueueKinds))]
    public void Queue_whose_memory_is_gone_is_broken(ulong features)
    {
        var bench = new QueueBench(features);
        bench.Driver.Add(new GuestBuffer(Buffer, 1, false));
        bench.Memory.Disconnect();

        Assert.Equal(TakeResult.Broken, bench.Take());
        Assert.Equal(VirtQueueFault.OutsideMemory, bench.Queue.Fault);
        Assert.False(bench.ShouldInterrupt());
        Assert.False(bench.AllowNotifications());
    }
}

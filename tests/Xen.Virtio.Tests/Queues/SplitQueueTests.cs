using System;
using System.Collections.Generic;
using Xen.Testing.Virtio;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Queues;

public sealed class SplitQueueTests
{
    private const ushort Size = 8;
    private const ulong Buffer = QueueBench.Buffer;

    private readonly QueueBench _bench = new(0, Size);
    private readonly GuestQueue _driver;

    public SplitQueueTests() => _driver = (GuestQueue)_bench.Driver;

    public static TheoryData<ChainFault, Descriptor[]> MalformedChains => new()
    {
        { ChainFault.TooLong, [Next(0)] },
        { ChainFault.TooLong, [Next(1), Next(2), Next(1)] },
        { ChainFault.TooLong, [Next(1), Next(2), Next(3), Next(4), Next(5), Next(6), Next(7), Next(0)] },
        { ChainFault.NextOutOfRange, [Next(Size)] },
        { ChainFault.NextOutOfRange, [Next(ushort.MaxValue)] },
        { ChainFault.ReadableAfterWritable, [new(Buffer, 1, DescriptorFlags.Write | DescriptorFlags.Next, 1), new(Buffer, 1, 0, 0)] },
        { ChainFault.Indirect, [new(Buffer, 16, DescriptorFlags.Indirect, 0)] },
        { ChainFault.Indirect, [Next(1), new(Buffer, 16, DescriptorFlags.Indirect, 0)] },
        { ChainFault.Indirect, [new(Buffer, 16, DescriptorFlags.Indirect | DescriptorFlags.Next, 0)] },
        { ChainFault.AddressOverflow, [new(ulong.MaxValue, 2, 0, 0)] },
        { ChainFault.AddressOverflow, [new(ulong.MaxValue - 100, uint.MaxValue, DescriptorFlags.Write, 0)] },
        { ChainFault.TooManyBytes, [new(0, uint.MaxValue, DescriptorFlags.Next, 1), new(0, 1, 0, 0)] },
    };

    [Theory]
    [MemberData(nameof(MalformedChains))]
    public void V5_malformed_chain_is_rejected_and_the_queue_goes_on(ChainFault fault, Descriptor[] table)
    {
        for (var i = 0; i < table.Length; i++)
            _driver.WriteDescriptor(i, table[i]);
        _driver.MakeAvailable(0);

        Assert.Equal(TakeResult.Malformed, _bench.Take());
        Assert.Equal(fault, _bench.Chain.Fault);
        Assert.Equal(TakeResult.Empty, _bench.Take());

        _driver.WriteDescriptor(0, new Descriptor(Buffer, 1, 0, 0));
        _driver.MakeAvailable(0);
        Assert.Equal(TakeResult.Chain, _bench.Take());
    }

    [Theory]
    [InlineData(Size)]
    [InlineData(ushort.MaxValue)]
    public void Head_out_of_range_is_rejected(ushort head)
    {
        _driver.MakeAvailable(head);

        Assert.Equal(TakeResult.Malformed, _bench.Take());
        Assert.Equal(ChainFault.HeadOutOfRange, _bench.Chain.Fault);
        Assert.Equal(TakeResult.Empty, _bench.Take());
    }

    [Fact]
    public void V3_a_malformed_chain_is_seen_once()
    {
        for (var i = 0; i < Size; i++)
            _driver.WriteDescriptor(i, Next((ushort)i));
        for (var i = 0; i < Size; i++)
            _driver.MakeAvailable((ushort)i);

        for (var i = 0; i < Size; i++)
        {
            Assert.Equal(TakeResult.Malformed, _bench.Take());
            Assert.Equal(i, _bench.Chain.Head);
        }

        Assert.Equal(TakeResult.Empty, _bench.Take());
    }

    [Theory]
    [InlineData(Size + 1)]
    [InlineData(0x8000)]
    [InlineData(ushort.MaxValue)]
    public void V4_available_index_that_runs_away_breaks_the_queue_for_good(int index)
    {
        _driver.WriteAvailableIndex((ushort)index);
        Assert.Equal(TakeResult.Broken, _bench.Take());
        Assert.Equal(VirtQueueFault.IndexRunaway, _bench.Queue.Fault);

        _driver.WriteAvailableIndex(1);
        Assert.Equal(TakeResult.Broken, _bench.Take());
    }

    [Fact]
    public void Available_index_that_goes_back_is_a_runaway()
    {
        _driver.Add(new GuestBuffer(Buffer, 1, false));
        Assert.Equal(TakeResult.Chain, _bench.Take());
        _driver.WriteAvailableIndex(0);
        Assert.Equal(TakeResult.Broken, _bench.Take());
    }

    [Fact]
    public void Chain_of_all_descriptors_is_taken()
    {
        var buffers = new GuestBuffer[Size];
        for (var i = 0; i < Size; i++)
            buffers[i] = new GuestBuffer(Buffer + (ulong)i, 1, i >= 3);
        _driver.Add(buffers);

        Assert.Equal(TakeResult.Chain, _bench.Take());
        Assert.Equal((3u, 5u), (_bench.Chain.ReadableLength, _bench.Chain.WritableLength));
        Assert.Equal((3, 5), (_bench.Chain.Readable.Length, _bench.Chain.Writable.Length));
    }

    [Fact]
    public void Empty_descriptors_are_allowed_and_do_not_show()
    {
        _driver.Add(new(0, 0, false), new(Buffer, 4, false), new(ulong.MaxValue, 0, false), new(0, 0, true),
            new(Buffer, 2, true), new(0, 0, true));

        Assert.Equal(TakeResult.Chain, _bench.Take());
        Assert.Equal([new DescriptorSegment(Buffer, 4)], _bench.Chain.Readable.ToArray());
        Assert.Equal([new DescriptorSegment(Buffer, 2)], _bench.Chain.Writable.ToArray());
    }

    [Fact]
    public void Buffer_that_ends_at_the_end_of_the_address_space_does_not_overflow()
    {
        _driver.Add(new GuestBuffer(ulong.MaxValue - 15, 16, false));
        Assert.Equal(TakeResult.Chain, _bench.Take());
        Span<byte> bytes = stackalloc byte[16];
        using var view = _bench.Memory.Enter();
        Assert.False(_bench.Chain.TryCopyFrom(view, 0, bytes));
    }

    [Fact]
    public void Descriptors_are_read_once()
    {
        var head = _driver.Add(new GuestBuffer(Buffer, 4, false));
        Assert.Equal(TakeResult.Chain, _bench.Take());
        _driver.WriteDescriptor(head, new Descriptor(0xdead, uint.MaxValue, DescriptorFlags.Write, 9));

        Assert.Equal([new DescriptorSegment(Buffer, 4)], _bench.Chain.Readable.ToArray());
    }

    [Fact]
    public void Used_index_is_never_read_from_the_guest()
    {
        var heads = new List<ushort> { _driver.Add(new GuestBuffer(Buffer, 1, true)), _driver.Add(new GuestBuffer(Buffer, 1, true)) };
        foreach (var head in heads)
        {
            Assert.Equal(TakeResult.Chain, _bench.Take());
            Assert.Equal(head, _bench.Chain.Head);
            _bench.Memory.Span(_driver.Config.UsedRing, SplitRing.UsedRingLength(Size)).Fill(0x77);
            _bench.Complete(1);
        }

        Assert.Equal(2, _driver.DeviceUsedIndex);
    }

    private static Descriptor Next(ushort next) => new(Buffer, 1, DescriptorFlags.Next, next);
}

using System;
using System.Collections.Generic;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Tests.Queues;

public sealed class SplitQueueTests
{
    private const ushort Size = 8;
    private const ulong Buffer = 0x8000;

    private readonly PlainGuestMemory _memory = new(1 << 20);
    private readonly GuestQueue _driver;
    private readonly SplitQueue _queue;
    private readonly DescriptorChain _chain = new(Size);

    public SplitQueueTests()
    {
        _driver = new GuestQueue(_memory, new GuestAllocator(0x1000, 0x4000), Size);
        _queue = new SplitQueue(_driver.Config);
    }

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

        Assert.Equal(TakeResult.Malformed, Take());
        Assert.Equal(fault, _chain.Fault);
        Assert.Equal(TakeResult.Empty, Take());

        _driver.WriteDescriptor(0, new Descriptor(Buffer, 1, 0, 0));
        _driver.MakeAvailable(0);
        Assert.Equal(TakeResult.Chain, Take());
    }

    [Theory]
    [InlineData(Size)]
    [InlineData(ushort.MaxValue)]
    public void Head_out_of_range_is_rejected(ushort head)
    {
        _driver.MakeAvailable(head);

        Assert.Equal(TakeResult.Malformed, Take());
        Assert.Equal(ChainFault.HeadOutOfRange, _chain.Fault);
        Assert.Equal(TakeResult.Empty, Take());
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
            Assert.Equal(TakeResult.Malformed, Take());
            Assert.Equal(i, _chain.Head);
        }

        Assert.Equal(TakeResult.Empty, Take());
    }

    [Theory]
    [InlineData(Size + 1)]
    [InlineData(0x8000)]
    [InlineData(ushort.MaxValue)]
    public void V4_available_index_that_runs_away_breaks_the_queue_for_good(int index)
    {
        _driver.WriteAvailableIndex((ushort)index);
        Assert.Equal(TakeResult.Broken, Take());
        Assert.Equal(VirtQueueFault.IndexRunaway, _queue.Fault);

        _driver.WriteAvailableIndex(1);
        Assert.Equal(TakeResult.Broken, Take());
    }

    [Fact]
    public void Available_index_that_goes_back_is_a_runaway()
    {
        _driver.Add(new GuestBuffer(Buffer, 1, false));
        Assert.Equal(TakeResult.Chain, Take());
        _driver.WriteAvailableIndex(0);
        Assert.Equal(TakeResult.Broken, Take());
    }

    [Fact]
    public void Chain_of_all_descriptors_is_taken()
    {
        var buffers = new GuestBuffer[Size];
        for (var i = 0; i < Size; i++)
            buffers[i] = new GuestBuffer(Buffer + (ulong)i, 1, i >= 3);
        _driver.Add(buffers);

        Assert.Equal(TakeResult.Chain, Take());
        Assert.Equal((3u, 5u), (_chain.ReadableLength, _chain.WritableLength));
        Assert.Equal((3, 5), (_chain.Readable.Length, _chain.Writable.Length));
    }

    [Fact]
    public void Empty_descriptors_are_allowed_and_do_not_show()
    {
        _driver.Add(new(0, 0, false), new(Buffer, 4, false), new(ulong.MaxValue, 0, false), new(0, 0, true),
            new(Buffer, 2, true), new(0, 0, true));

        Assert.Equal(TakeResult.Chain, Take());
        Assert.Equal([new DescriptorSegment(Buffer, 4)], _chain.Readable.ToArray());
        Assert.Equal([new DescriptorSegment(Buffer, 2)], _chain.Writable.ToArray());
    }

    [Fact]
    public void Buffer_that_ends_at_the_end_of_the_address_space_does_not_overflow()
    {
        _driver.Add(new GuestBuffer(ulong.MaxValue - 15, 16, false));
        Assert.Equal(TakeResult.Chain, Take());
        Span<byte> bytes = stackalloc byte[16];
        using var view = _memory.Enter();
        Assert.False(_chain.TryCopyFrom(view, 0, bytes));
    }

    [Fact]
    public void Descriptors_are_read_once()
    {
        var head = _driver.Add(new GuestBuffer(Buffer, 4, false));
        Assert.Equal(TakeResult.Chain, Take());
        _driver.WriteDescriptor(head, new Descriptor(0xdead, uint.MaxValue, DescriptorFlags.Write, 9));

        Assert.Equal([new DescriptorSegment(Buffer, 4)], _chain.Readable.ToArray());
    }

    [Fact]
    public void Used_index_is_never_read_from_the_guest()
    {
        var heads = new List<ushort> { _driver.Add(new GuestBuffer(Buffer, 1, true)), _driver.Add(new GuestBuffer(Buffer, 1, true)) };
        using var view = _memory.Enter();
        foreach (var head in heads)
        {
            Assert.Equal(TakeResult.Chain, Take());
            _memory.Span(_driver.Config.UsedRing, SplitRing.UsedRingLength(Size)).Fill(0x77);
            Assert.True(_queue.TryComplete(view, head, 1));
        }

        Assert.Equal(2, _driver.DeviceUsedIndex);
    }

    [Fact]
    public void Indices_wrap_around()
    {
        for (var i = 0; i < 70_000; i++)
        {
            var head = _driver.Add(new GuestBuffer(Buffer, 1, true));
            Assert.Equal(TakeResult.Chain, Take());
            using (var view = _memory.Enter())
                Assert.True(_queue.TryComplete(view, _chain.Head, 1));
            Assert.True(_driver.TryTakeUsed(out var used));
            Assert.Equal(new UsedElement(head, 1), used);
        }
    }

    [Fact]
    public void Taking_and_completing_allocates_nothing()
    {
        Cycle();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
            Cycle();

        // Less than a byte each: the runtime itself may allocate now and then.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 9_999);

        void Cycle()
        {
            _driver.MakeAvailable(0);
            Take();
            using var view = _memory.Enter();
            _queue.TryComplete(view, 0, 0);
            _queue.DriverWantsInterrupt(view);
        }
    }

    [Fact]
    public void Interrupts_are_wanted_unless_the_driver_says_no()
    {
        using var view = _memory.Enter();
        Assert.True(_queue.DriverWantsInterrupt(view));
        _driver.SetInterruptsWanted(false);
        Assert.False(_queue.DriverWantsInterrupt(view));
    }

    [Fact]
    public void Allowing_notifications_tells_of_what_came_while_they_were_suppressed()
    {
        using var view = _memory.Enter();
        _queue.SuppressNotifications(view);
        Assert.False(_driver.DeviceWantsNotification);
        _driver.Add(new GuestBuffer(Buffer, 1, false));

        Assert.True(_queue.AllowNotifications(view));
        Assert.True(_driver.DeviceWantsNotification);
        Take();
        Assert.False(_queue.AllowNotifications(view));
    }

    [Fact]
    public void Queue_whose_memory_is_gone_is_broken()
    {
        _driver.Add(new GuestBuffer(Buffer, 1, false));
        _memory.Disconnect();
        using var view = _memory.Enter();

        Assert.Equal(TakeResult.Broken, Take());
        Assert.False(_queue.TryComplete(view, 0, 0));
        Assert.False(_queue.DriverWantsInterrupt(view));
        Assert.False(_queue.AllowNotifications(view));
        Assert.Equal(VirtQueueFault.OutsideMemory, _queue.Fault);
    }

    private static Descriptor Next(ushort next) => new(Buffer, 1, DescriptorFlags.Next, next);

    private TakeResult Take()
    {
        using var view = _memory.Enter();
        return _queue.TryTake(view, _chain);
    }
}

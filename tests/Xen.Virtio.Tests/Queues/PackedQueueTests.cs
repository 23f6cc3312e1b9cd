using System;
using Xen.Testing.Virtio;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Queues;

public sealed class PackedQueueTests
{
    private const ushort Size = 8;
    private const ulong Buffer = QueueBench.Buffer;
    private const DescriptorFlags Available = (DescriptorFlags)PackedRing.Available;

    private readonly QueueBench _bench = new(VirtioFeatures.RingPacked, Size);
    private readonly GuestPackedQueue _driver;

    public PackedQueueTests() => _driver = (GuestPackedQueue)_bench.Driver;

    [Fact]
    public void Ring_need_not_be_a_power_of_two()
    {
        var bench = new QueueBench(VirtioFeatures.RingPacked, 7);
        for (var i = 0; i < 100; i++)
        {
            var id = bench.Driver.Add(new(Buffer, 1, true), new(Buffer, 1, true), new(Buffer, 1, true));
            Assert.Equal(TakeResult.Chain, bench.Take());
            bench.Complete(1);
            Assert.True(bench.Driver.TryTakeUsed(out var used));
            Assert.Equal(new UsedElement(id, 1), used);
        }
    }

    [Fact]
    public void V5_chain_that_fills_the_ring_and_goes_on_is_rejected_once()
    {
        for (var i = 0; i < Size; i++)
            _driver.WriteDescriptor(i, Buffer, 1, (ushort)(100 + i), Available | DescriptorFlags.Next);

        Assert.Equal(TakeResult.Malformed, _bench.Take());
        Assert.Equal(ChainFault.TooLong, _bench.Chain.Fault);
        _bench.Complete(0);

        // It has come once around: what stands there is of the round before.
        Assert.Equal(TakeResult.Empty, _bench.Take());
        Assert.Equal(new QueuePosition(0, false, 0, false), _bench.Queue.Position);
    }

    // The end of a malformed chain is where the next one begins, and has the id.
    [Fact]
    public void V3_malformed_chain_is_consumed_to_its_end()
    {
        var id = _driver.AddDescriptors(
            new Descriptor(Buffer, 1, DescriptorFlags.Indirect, 0), new Descriptor(Buffer, 1, 0, 0),
            new Descriptor(ulong.MaxValue, 2, 0, 0));
        Assert.Equal(TakeResult.Malformed, _bench.Take());
        Assert.Equal(ChainFault.Indirect, _bench.Chain.Fault);
        Assert.Equal(id, _bench.Chain.Head);
        Assert.Equal(3, _bench.Queue.Position.NextAvailable);
        Assert.Equal(TakeResult.Empty, _bench.Take());
    }

    [Fact]
    public void Id_may_be_anything()
    {
        _driver.WriteDescriptor(0, Buffer, 1, ushort.MaxValue, Available);
        Assert.Equal(TakeResult.Chain, _bench.Take());
        Assert.Equal(ushort.MaxValue, _bench.Chain.Head);
        _bench.Complete(0);
    }

    [Fact]
    public void Used_descriptor_says_whether_something_was_written()
    {
        foreach (var written in (uint[])[0, 1, uint.MaxValue])
        {
            var slot = _driver.NextSlot;
            _driver.Add(new GuestBuffer(Buffer, uint.MaxValue, true));
            Assert.Equal(TakeResult.Chain, _bench.Take());
            _bench.Complete(written);
            var flags = BitConverter.ToUInt16(_bench.Memory.Span(_driver.Config.DescriptorTable + (ulong)((slot * 16) + 14), 2));
            Assert.Equal(written != 0, (flags & (ushort)DescriptorFlags.Write) != 0);
            Assert.True(_driver.TryTakeUsed(out _));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(PackedRing.Used)]
    [InlineData(PackedRing.Available | PackedRing.Used)]
    public void Descriptor_of_another_round_is_not_available(int flags)
    {
        _driver.WriteDescriptor(0, Buffer, 1, 0, (DescriptorFlags)flags);
        Assert.Equal(TakeResult.Empty, _bench.Take());
        Assert.False(_bench.AllowNotifications());
    }

    [Fact]
    public void Descriptors_are_read_once()
    {
        _driver.Add(new GuestBuffer(Buffer, 4, false));
        Assert.Equal(TakeResult.Chain, _bench.Take());
        _driver.WriteDescriptor(0, 0xdead, uint.MaxValue, 7, DescriptorFlags.Write);
        Assert.Equal([new DescriptorSegment(Buffer, 4)], _bench.Chain.Readable.ToArray());
    }

    // The position is the device's own: what the guest makes of the used descriptors changes nothing.
    [Fact]
    public void Ring_that_the_guest_scribbles_over_does_not_move_the_position()
    {
        for (var i = 0; i < 20; i++)
        {
            _bench.Memory.Span(_driver.Config.DescriptorTable, Size * Descriptor.Size).Fill(0x55);
            var wrap = i / Size % 2 == 0;
            _driver.WriteDescriptor(
                i % Size, Buffer, 1, (ushort)i, wrap ? Available : (DescriptorFlags)PackedRing.Used);
            Assert.Equal(TakeResult.Chain, _bench.Take());
            Assert.Equal(i, _bench.Chain.Head);
            _bench.Memory.Span(_driver.Config.DescriptorTable, Size * Descriptor.Size).Fill(0xff);
            _bench.Complete(0);
            Assert.Equal((i + 1) % Size, _bench.Queue.Position.NextUsed);
        }
    }
}

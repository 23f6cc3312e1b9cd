using System;
using Xen.Machine;
using Xen.Testing.Virtio;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Tests.Support;
using Xen.Virtio.Transports.Mmio;

namespace Xen.Virtio.Tests.Transports;

public sealed class VirtioMmioTransportTests : IDisposable
{
    private const DeviceStatus Negotiating = DeviceStatus.Acknowledge | DeviceStatus.Driver;

    private readonly BlockBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Identification_registers_read_as_the_standard_says()
    {
        Assert.Equal(0x74726976u, Read(MmioRegister.MagicValue));
        Assert.Equal(2u, Read(MmioRegister.Version));
        Assert.Equal(2u, Read(MmioRegister.DeviceId));
        Assert.Equal(0u, Read(MmioRegister.Status));
        Assert.Equal(0u, Read(MmioRegister.InterruptStatus));
        Assert.Equal(256u, Read(MmioRegister.QueueSizeMax));
        Assert.Equal(0x200u, _bench.Transport.Length);
    }

    [Theory]
    [InlineData(MmioRegister.ShmLengthLow)]
    [InlineData(MmioRegister.ShmLengthHigh)]
    [InlineData(MmioRegister.ShmBaseLow)]
    [InlineData(MmioRegister.ShmBaseHigh)]
    public void There_is_no_shared_memory_region(MmioRegister register)
    {
        Write(MmioRegister.ShmSel, 0);
        Assert.Equal(uint.MaxValue, Read(register));
    }

    [Theory]
    [InlineData(0x028)]
    [InlineData(0x03c)]
    [InlineData(0x040)]
    [InlineData(0x0c0)]
    [InlineData(0x0f0)]
    public void Legacy_and_unknown_registers_are_absent(uint offset)
    {
        Assert.Equal(IoResult.InvalidRegister, _bench.Transport.Read(offset, new byte[4]));
        Assert.Equal(IoResult.InvalidRegister, _bench.Transport.Write(offset, new byte[4]));
    }

    [Fact]
    public void Every_access_of_any_width_at_any_offset_has_an_answer()
    {
        foreach (var width in (int[])[1, 2, 4, 8])
        {
            for (ulong offset = 0; offset < 0x210; offset++)
            {
                _bench.Transport.Read(offset, new byte[width]);
                var ones = new byte[width];
                ones.AsSpan().Fill(0xff);
                _bench.Transport.Write(offset, ones);
            }
        }

        _bench.Driver.Start();
        _bench.AssertServes();
    }

    [Fact]
    public void Feature_words_may_be_selected_in_any_order()
    {
        Write(MmioRegister.DeviceFeaturesSel, 1);
        Assert.Equal(1u, Read(MmioRegister.DeviceFeatures) & 1);
        Write(MmioRegister.DeviceFeaturesSel, 7);
        Assert.Equal(0u, Read(MmioRegister.DeviceFeatures));
        Write(MmioRegister.DeviceFeaturesSel, 0);
        Assert.Equal((uint)BlockFeatures.Flush, Read(MmioRegister.DeviceFeatures) & (uint)BlockFeatures.Flush);

        // Low word first, rubbish that is taken back, high word, a word that does not exist.
        _bench.Guest.Status = Negotiating;
        Write(MmioRegister.DriverFeatures, 0xffff_ffff);
        Write(MmioRegister.DriverFeatures, (uint)BlockFeatures.Flush);
        Write(MmioRegister.DriverFeaturesSel, 1);
        Write(MmioRegister.DriverFeatures, 1);
        Write(MmioRegister.DriverFeaturesSel, 2);
        Write(MmioRegister.DriverFeatures, 0);
        _bench.Guest.Status = Negotiating | DeviceStatus.FeaturesOk;
        Assert.Equal(Negotiating | DeviceStatus.FeaturesOk, _bench.Guest.Status);
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(BlockFeatures.Flush)]
    [InlineData(VirtioFeatures.Version1 | (1ul << 50))]
    [InlineData(VirtioFeatures.Version1 | VirtioFeatures.AccessPlatform)]
    [InlineData(ulong.MaxValue)]
    public void Features_that_were_not_offered_or_a_legacy_driver_are_refused(ulong features)
    {
        _bench.Guest.Status = Negotiating;
        _bench.Guest.WriteFeatures(features);
        _bench.Guest.Status = Negotiating | DeviceStatus.FeaturesOk;
        Assert.Equal(Negotiating, _bench.Guest.Status);

        _bench.Guest.Status = Negotiating | DeviceStatus.FeaturesOk | DeviceStatus.DriverOk;
        Assert.Equal(Negotiating, _bench.Guest.Status);
        _bench.Driver.Start();
        _bench.AssertServes();
    }

    [Fact]
    public void Feature_beyond_the_known_words_is_refused()
    {
        _bench.Guest.Status = Negotiating;
        _bench.Guest.WriteFeatures(VirtioFeatures.Version1);
        Write(MmioRegister.DriverFeaturesSel, 2);
        Write(MmioRegister.DriverFeatures, 1);
        _bench.Guest.Status = Negotiating | DeviceStatus.FeaturesOk;
        Assert.Equal(Negotiating, _bench.Guest.Status);
    }

    [Fact]
    public void Features_are_fixed_once_agreed_on()
    {
        _bench.Driver.Start();
        _bench.Guest.WriteFeatures(ulong.MaxValue);
        _bench.AssertServes();
    }

    [Fact]
    public void Platform_access_is_offered_if_chosen()
    {
        using var bench = new BlockBench(mmio: new VirtioMmioOptions { AccessPlatform = true });
        bench.Driver.Start();
        Assert.NotEqual(0ul, bench.Driver.Features & VirtioFeatures.AccessPlatform);
        bench.AssertServes();
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(0x8000_0000u)]
    [InlineData(uint.MaxValue)]
    public void Queue_that_does_not_exist_is_harmless(uint queue)
    {
        _bench.Driver.Start();
        Write(MmioRegister.QueueSel, queue);
        Assert.Equal(0u, Read(MmioRegister.QueueSizeMax));
        Assert.Equal(0u, Read(MmioRegister.QueueReady));
        _bench.Guest.WriteQueue(uint.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);
        Write(MmioRegister.QueueReady, 1);
        Write(MmioRegister.QueueReady, 0);
        Write(MmioRegister.QueueNotify, queue);

        Assert.False(_bench.Guest.Status.HasFlag(DeviceStatus.NeedsReset));
        _bench.AssertServes();
    }

    [Theory]
    [InlineData(8u, 0x1008ul, 0x2000ul, 0x3000ul)]
    [InlineData(8u, 0ul, 0x9000_0000ul, 0x3000ul)]
    [InlineData(8u, 0x1000ul, 0x2000ul, ulong.MaxValue - 3)]
    [InlineData(0x10008u, 0x1000ul, 0x2000ul, 0x3000ul)]
    [InlineData(0u, 0x1000ul, 0x2000ul, 0x3000ul)]
    [InlineData(7u, 0x1000ul, 0x2000ul, 0x3000ul)]
    [InlineData(512u, 0x1000ul, 0x2000ul, 0x3000ul)]
    public void V6_queue_at_a_bad_place_is_refused(uint size, ulong descriptors, ulong available, ulong used)
    {
        _bench.Guest.Negotiate();
        _bench.Guest.WriteQueue(size, descriptors, available, used);
        Write(MmioRegister.QueueReady, 1);
        Assert.Equal(0u, Read(MmioRegister.QueueReady));
        _bench.Guest.SetDriverOk();

        Assert.True(_bench.Guest.Status.HasFlag(DeviceStatus.NeedsReset));
        Assert.Equal(InterruptCauses.ConfigChange, _bench.Guest.TakeInterrupt());
        _bench.Driver.Start();
        _bench.AssertServes();
    }

    [Fact]
    public void V6_queue_whose_memory_went_before_driver_ok_is_refused()
    {
        _bench.Guest.Negotiate();
        _bench.Guest.SetUpQueue(0);
        _bench.Memory.Disconnect();
        _bench.Guest.SetDriverOk();
        Assert.True(_bench.Guest.Status.HasFlag(DeviceStatus.NeedsReset));
    }

    [Fact]
    public void Queue_of_smallest_size_works()
    {
        _bench.Driver.Start(queueSize: 4);
        for (var i = 0; i < 100; i++)
            _bench.AssertServes();
    }

    [Fact]
    public void Ready_queue_keeps_its_place()
    {
        _bench.Driver.Start();
        Write(MmioRegister.QueueSel, 0);
        _bench.Guest.WriteQueue(4, 0x10, 0x20, 0x30);
        Write(MmioRegister.QueueReady, 1);
        Assert.Equal(1u, Read(MmioRegister.QueueReady));
        _bench.AssertServes();
    }

    [Fact]
    public void Queue_can_be_taken_back_and_set_up_again()
    {
        _bench.Driver.Start();
        _bench.AssertServes();
        Write(MmioRegister.QueueSel, 0);
        Write(MmioRegister.QueueReady, 0);
        Assert.Equal(0u, Read(MmioRegister.QueueReady));

        var queue = _bench.Guest.SetUpQueue(0, 8);
        Assert.Equal(1u, Read(MmioRegister.QueueReady));
        var header = _bench.PlaceHeader(BlockRequestType.Flush, 0);
        queue.Add(new(header, 16, false), new(_bench.PlaceBuffer(1), 1, true));
        _bench.Guest.Notify(0);
        Assert.Equal(1u, _bench.Guest.WaitUsed(queue).Length);
    }

    [Fact]
    public void Nothing_is_served_before_driver_ok()
    {
        _bench.Guest.Negotiate();
        var queue = _bench.Guest.SetUpSplitQueue(0);
        var header = _bench.PlaceHeader(BlockRequestType.Flush, 0);
        queue.Add(new(header, 16, false), new(_bench.PlaceBuffer(1), 1, true));
        _bench.Guest.Notify(0);
        Assert.Equal(0, queue.DeviceUsedIndex);

        // The notification came too early, and is not lost.
        _bench.Guest.SetDriverOk();
        Assert.Equal(1u, _bench.Guest.WaitUsed(queue).Length);
    }

    [Fact]
    public void Status_bits_only_go_by_reset()
    {
        _bench.Driver.Start();
        var running = _bench.Guest.Status;
        _bench.Guest.Status = DeviceStatus.Acknowledge;
        Assert.Equal(running, _bench.Guest.Status);
        _bench.Guest.Status = DeviceStatus.NeedsReset;
        Assert.Equal(running, _bench.Guest.Status);
        _bench.Guest.Status = DeviceStatus.Failed;
        Assert.Equal(running | DeviceStatus.Failed, _bench.Guest.Status);
        _bench.Guest.Reset();
        Assert.Equal(DeviceStatus.None, _bench.Guest.Status);
    }

    [Fact]
    public void Driver_can_be_loaded_again_and_again()
    {
        for (var i = 0; i < 50; i++)
        {
            var mark = _bench.Guest.Allocator.Position;
            _bench.Driver.Start(i % 2 == 0 ? ulong.MaxValue : 0, (ushort)(4 << (i % 4)));
            Assert.Equal(i % 2 == 0, (_bench.Driver.Features & BlockFeatures.Flush) != 0);
            _bench.AssertServes();
            _bench.Guest.Reset();
            Assert.Equal(0u, Read(MmioRegister.QueueReady));
            _bench.Guest.Allocator.Position = mark;
        }
    }

    [Fact]
    public void Reset_lowers_the_line_and_forgets_the_causes()
    {
        _bench.Driver.Start();
        _bench.Driver.SplitQueue.MakeAvailable(0);
        _bench.Guest.Notify(0);
        Assert.True(_bench.Line.WaitForEdge(TimeSpan.FromSeconds(30)));
        Assert.True(_bench.Line.IsAsserted);

        _bench.Guest.Reset();
        Assert.False(_bench.Line.IsAsserted);
        Assert.Equal(0u, Read(MmioRegister.InterruptStatus));
    }

    [Fact]
    public void Disposed_transport_answers_and_does_nothing()
    {
        _bench.Driver.Start();
        _bench.Transport.Dispose();
        _bench.Transport.Dispose();

        Assert.Equal(0x74726976u, Read(MmioRegister.MagicValue));
        _bench.Guest.Status = Negotiating;
        Assert.Equal(DeviceStatus.None, _bench.Guest.Status);
        _bench.Guest.Notify(0);
    }

    [Fact]
    public void Doorbell_rings_the_queue_without_the_register()
    {
        var doorbell = _bench.Transport.GetDoorbell(0);
        doorbell.Ring();
        _bench.Driver.Start();
        var header = _bench.PlaceHeader(BlockRequestType.Flush, 0);
        _bench.Driver.Queue.Add(new(header, 16, false), new(_bench.PlaceBuffer(1), 1, true));
        doorbell.Ring();
        Assert.Equal(1u, _bench.Guest.WaitUsed(_bench.Driver.Queue).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Rings_that_cannot_be_held_make_the_device_need_a_reset(int holds)
    {
        var memory = new HoldingMemory { HoldsUntilFailure = holds };
        using var transport = new VirtioMmioTransport(new RecordingDevice(1), memory, new TestInterruptLine());
        var guest = new GuestDriver(transport, memory.Plain, new TestInterruptLine());
        guest.Negotiate();
        guest.SetUpQueue(0);
        guest.SetDriverOk();
        Assert.True(guest.Status.HasFlag(DeviceStatus.NeedsReset));
        Assert.Empty(memory.Held);
    }

    [Fact]
    public void Rings_are_held_while_a_queue_runs()
    {
        var memory = new HoldingMemory();
        var device = new RecordingDevice(2);
        using var transport = new VirtioMmioTransport(device, memory, new TestInterruptLine());
        var guest = new GuestDriver(transport, memory.Plain, new TestInterruptLine());
        guest.Negotiate();
        guest.SetUpQueue(0);
        var queue = guest.SetUpQueue(1).Config;
        Assert.Empty(memory.Held);
        guest.SetDriverOk();
        Assert.Equal(6, memory.Held.Count);
        Assert.Contains((queue.DescriptorTable, 16 * 16, GuestAccess.Read), memory.Held);
        Assert.Contains((queue.AvailableRing, 6 + (2 * 16), GuestAccess.Read), memory.Held);
        Assert.Contains((queue.UsedRing, 6 + (8 * 16), GuestAccess.Write), memory.Held);
        guest.Reset();
        Assert.Empty(memory.Held);

        device.StartFault = new InvalidOperationException("no thread");
        guest.Negotiate();
        guest.SetUpQueue(0);
        guest.SetDriverOk();
        Assert.Empty(memory.Held);
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(VirtioFeatures.EventIndex)]
    [InlineData(VirtioFeatures.RingPacked | VirtioFeatures.AccessPlatform)]
    public void Features_of_the_queues_are_offered_as_far_as_chosen(ulong chosen)
    {
        using var bench = new BlockBench(mmio: new VirtioMmioOptions { QueueFeatures = chosen });
        var all = VirtQueueFeatures.Supported | VirtioFeatures.AccessPlatform;
        Assert.Equal(chosen & VirtQueueFeatures.Supported, bench.Guest.ReadOfferedFeatures() & all);
    }

    private uint Read(MmioRegister register) => _bench.Guest.ReadRegister(register);

    private void Write(MmioRegister register, uint value) => _bench.Guest.WriteRegister(register, value);
}

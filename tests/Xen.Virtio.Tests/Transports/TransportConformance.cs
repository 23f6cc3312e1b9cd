using System;
using System.Linq;
using System.Threading;
using Xen.Machine;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Transports;

/// <summary>What a driver finds the same over every transport.</summary>
public abstract class TransportConformance : IDisposable
{
    private const DeviceStatus Negotiating = DeviceStatus.Acknowledge | DeviceStatus.Driver;

    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    private readonly TransportKind _kind;
    private readonly MemoryBackend _backend = new(64);
    private readonly BlockDevice _device;
    private readonly TransportBench _bench;

    protected TransportConformance(TransportKind kind)
    {
        _kind = kind;
        _device = new BlockDevice(_backend);
        _bench = new TransportBench(kind, _device);
    }

    private VirtioDriver Guest => _bench.Guest;

    private ulong StatusOffset => _kind == TransportKind.Mmio
        ? (ulong)MmioRegister.Status
        : (ulong)VirtioPciRegister.DeviceStatus;

    public void Dispose()
    {
        _bench.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Device_is_found_and_serves()
    {
        var written = new byte[1024];
        new Random(1).NextBytes(written);
        _bench.Driver.Start();
        Assert.Equal(64ul, _bench.Driver.CapacitySectors);
        Assert.Equal(BlockRequestStatus.Ok, _bench.Driver.Write(3, written));
        var read = new byte[1024];
        Assert.Equal(BlockRequestStatus.Ok, _bench.Driver.Read(3, read));
        Assert.Equal(written, read);
        Assert.Equal(written, _backend.Bytes.AsSpan(3 * 512, 1024).ToArray());
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(VirtioDriver.DefaultFeatures)]
    [InlineData(ulong.MaxValue)]
    public void Queues_are_what_was_negotiated(ulong wanted)
    {
        _bench.Driver.Start(wanted);
        Assert.Equal(
            wanted & (VirtQueueFeatures.Supported | VirtioFeatures.Version1) | VirtioFeatures.Version1,
            _bench.Driver.Features & (VirtQueueFeatures.Supported | VirtioFeatures.Version1));
        for (var i = 0; i < 600; i++)
            _bench.AssertServes();
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(BlockFeatures.Flush)]
    [InlineData(VirtioFeatures.Version1 | (1ul << 50))]
    [InlineData(VirtioFeatures.Version1 | VirtioFeatures.AccessPlatform)]
    [InlineData(ulong.MaxValue)]
    public void Features_that_were_not_offered_or_a_legacy_driver_are_refused(ulong features)
    {
        Guest.Status = Negotiating;
        Guest.WriteFeatures(features);
        Guest.Status = Negotiating | DeviceStatus.FeaturesOk;
        Assert.Equal(Negotiating, Guest.Status);

        Guest.Status = Negotiating | DeviceStatus.FeaturesOk | DeviceStatus.DriverOk;
        Assert.Equal(Negotiating, Guest.Status);
        _bench.Driver.Start();
        _bench.AssertServes();
    }

    [Fact]
    public void Features_are_fixed_once_agreed_on()
    {
        _bench.Driver.Start();
        Guest.WriteFeatures(ulong.MaxValue);
        _bench.AssertServes();
    }

    [Fact]
    public void Status_bits_only_go_by_reset()
    {
        _bench.Driver.Start();
        var running = Guest.Status;
        Guest.Status = DeviceStatus.Acknowledge;
        Assert.Equal(running, Guest.Status);
        Guest.Status = DeviceStatus.NeedsReset;
        Assert.Equal(running, Guest.Status);
        Guest.Status = DeviceStatus.Failed;
        Assert.Equal(running | DeviceStatus.Failed, Guest.Status);
        Guest.Reset();
        Assert.Equal(DeviceStatus.None, Guest.Status);
    }

    [Theory]
    [InlineData(8u, 0x1008ul, 0x2000ul, 0x3000ul)]
    [InlineData(8u, 0x1000ul, 0x2001ul, 0x3000ul)]
    [InlineData(8u, 0x1000ul, 0x2000ul, 0x3002ul)]
    [InlineData(8u, 0x9000_0000ul, 0x2000ul, 0x3000ul)]
    [InlineData(8u, ulong.MaxValue - 15, 0x2000ul, 0x3000ul)]
    [InlineData(8u, 0x1000ul, 0xffff_ffff_ffff_fffeul, 0x3000ul)]
    [InlineData(0u, 0x1000ul, 0x2000ul, 0x3000ul)]
    [InlineData(512u, 0x1000ul, 0x2000ul, 0x3000ul)]
    public void V6_queue_at_a_bad_place_is_refused(uint size, ulong descriptors, ulong available, ulong used)
    {
        Guest.Negotiate(wanted: 0);
        PrepareInterrupts();
        Guest.SelectedQueue = 0;
        Guest.WriteQueue(size, descriptors, available, used);
        Guest.MakeQueueReady();
        Assert.False(Guest.IsQueueReady);
        Guest.SetDriverOk();

        Assert.True(Guest.Status.HasFlag(DeviceStatus.NeedsReset));
        Assert.True(Guest.WaitForInterrupt(TimeSpan.Zero));
        Assert.Equal(InterruptCauses.ConfigChange, Guest.TakeInterrupt());
        _bench.Driver.Start();
        _bench.AssertServes();
    }

    [Fact]
    public void V6_queue_whose_memory_went_before_driver_ok_is_refused()
    {
        Guest.Negotiate();
        Guest.SetUpQueue(0);
        _bench.Memory.Disconnect();
        Guest.SetDriverOk();
        Assert.True(Guest.Status.HasFlag(DeviceStatus.NeedsReset));
    }

    [Fact]
    public void Ready_queue_keeps_its_place()
    {
        _bench.Driver.Start();
        Guest.SelectedQueue = 0;
        Guest.WriteQueue(4, 0x10, 0x20, 0x30);
        Guest.MakeQueueReady();
        Assert.True(Guest.IsQueueReady);
        _bench.AssertServes();
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(0x8000u)]
    [InlineData(0xffffu)]
    public void Queue_that_does_not_exist_is_harmless(uint queue)
    {
        _bench.Driver.Start();
        Guest.SelectedQueue = queue;
        Assert.Equal(0u, Guest.QueueMaxSize);
        Assert.False(Guest.IsQueueReady);
        Guest.WriteQueue(uint.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);
        Guest.MakeQueueReady();
        Assert.False(Guest.IsQueueReady);
        Guest.Notify((int)queue);
        _bench.AssertServes();
    }

    [Fact]
    public void Nothing_is_served_before_driver_ok()
    {
        Guest.Negotiate(wanted: 0);
        var queue = Guest.SetUpSplitQueue(0);
        AddFlush(queue);
        Guest.Notify(0);
        Assert.Equal(0, queue.DeviceUsedIndex);

        // The notification came too early, and is not lost.
        Guest.SetDriverOk();
        Assert.Equal(1u, Guest.WaitUsed(queue).Length);
    }

    [Fact]
    public void Driver_can_be_loaded_again_and_again()
    {
        for (var i = 0; i < 30; i++)
        {
            var mark = Guest.Allocator.Position;
            _bench.Driver.Start(i % 2 == 0 ? ulong.MaxValue : 0, (ushort)(4 << (i % 4)));
            Assert.Equal(i % 2 == 0, (_bench.Driver.Features & BlockFeatures.Flush) != 0);
            _bench.AssertServes();
            Guest.Reset();
            Guest.SelectedQueue = 0;
            Assert.False(Guest.IsQueueReady);
            Assert.Equal(256u, Guest.QueueMaxSize);
            Guest.Allocator.Position = mark;
        }
    }

    [Fact]
    public void Change_of_the_configuration_interrupts_and_moves_the_generation()
    {
        _bench.Driver.Start();
        var before = Guest.ConfigGeneration;
        _backend.Resize(128);
        _device.UpdateCapacity();

        Assert.True(Guest.WaitForInterrupt(s_long));
        Assert.Equal(InterruptCauses.ConfigChange, Guest.TakeInterrupt());
        Assert.NotEqual(before, Guest.ConfigGeneration);
        Assert.Equal(128ul, _bench.Driver.CapacitySectors);
    }

    [Fact]
    public void There_is_no_interrupt_before_driver_ok()
    {
        Guest.Negotiate();
        Guest.SetUpQueue(0);
        _backend.Resize(128);
        _device.UpdateCapacity();
        Assert.False(Guest.WaitForInterrupt(TimeSpan.Zero));
        Assert.Equal(InterruptCauses.None, Guest.TakeInterrupt());
    }

    [Fact]
    public void Configuration_space_ends_where_the_device_says()
    {
        using var bench = new TransportBench(_kind, new RecordingDevice(1));
        var whole = new byte[8];
        Assert.True(bench.Guest.TryReadConfig(0, whole));
        Assert.Equal([0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11], whole);
        var part = new byte[2];
        Assert.True(bench.Guest.TryReadConfig(5, part));
        Assert.Equal([0x33, 0x22], part);
        Assert.False(bench.Guest.TryReadConfig(7, part));
        Assert.False(bench.Guest.TryReadConfig(0xff, part.AsSpan(0, 1)));
    }

    [Fact]
    public void Each_queue_has_its_resources_its_doorbell_and_its_interrupt()
    {
        MemoryJournal[] journals = [new(), new(), new()];
        var device = new RecordingDevice(3);
        using var bench = new TransportBench(_kind, device, journals: journals);
        var features = bench.Guest.Negotiate();
        IGuestQueue[] queues = [bench.Guest.SetUpQueue(0), bench.Guest.SetUpQueue(1, 8), bench.Guest.SetUpQueue(2)];
        bench.Guest.SetDriverOk();

        Assert.Equal(features, device.Activated);
        for (var i = 0; i < queues.Length; i++)
        {
            var resources = device.Running[i].Resources;
            Assert.Equal(queues[i].Config, resources.Config);
            Assert.Equal(features, resources.Features);
            Assert.Same(journals[i], resources.Journal);
            Assert.Equal(1, journals[i].Clears);

            bench.Guest.Notify(i);
            bench.Doorbells.Doorbells[i].Doorbell.Ring();
            Assert.Equal([.. Enumerable.Repeat(2, i + 1), .. Enumerable.Repeat(0, 2 - i)],
                device.Running.Values.Select(queue => queue.Rings));

            resources.Host.SignalUsed();
            Assert.True(bench.Guest.WaitForInterrupt(TimeSpan.Zero));
            Assert.Equal(InterruptCauses.UsedBuffer, bench.Guest.TakeInterrupt());
        }
    }

    [Fact]
    public void Doorbells_are_the_writes_that_ring()
    {
        var device = new RecordingDevice(3);
        using var bench = new TransportBench(_kind, device);
        bench.Guest.Negotiate();
        for (var i = 0; i < 3; i++)
            bench.Guest.SetUpQueue(i);
        bench.Guest.SetDriverOk();

        var window = (IMmioDevice)bench.Doorbells;
        Assert.Equal(3, bench.Doorbells.Doorbells.Count);
        for (var i = 0; i < 3; i++)
        {
            var register = bench.Doorbells.Doorbells[i];
            var value = BitConverter.GetBytes(register.Value).AsSpan(0, register.Size);
            Assert.Equal(IoResult.Ok, window.Write(register.Offset, value));
            Assert.Equal(1, device.Running[i].Rings);
        }
    }

    [Fact]
    public void Fault_of_the_device_while_it_starts_reaches_the_driver_as_a_status()
    {
        var device = new RecordingDevice(2) { StartFault = new InvalidOperationException("no thread") };
        using var bench = new TransportBench(_kind, device);
        bench.Guest.Negotiate();
        bench.Guest.SetUpQueue(0);
        bench.Guest.SetDriverOk();
        Assert.True(bench.Guest.Status.HasFlag(DeviceStatus.NeedsReset));
        Assert.True(bench.Guest.WaitForInterrupt(TimeSpan.Zero));
        Assert.Equal(InterruptCauses.ConfigChange, bench.Guest.TakeInterrupt());
    }

    [Fact]
    public void Reset_that_takes_too_long_is_pending_until_the_request_has_ended()
    {
        var backend = new MemoryBackend(64);
        using var bench = new TransportBench(_kind, new BlockDevice(backend), stopTimeout: TimeSpan.Zero);
        bench.Driver.Start(wantedFeatures: 0);
        var (entered, gate) = backend.HangReads();
        AddRead(bench);
        Assert.True(entered.Wait(s_long));
        var queue = bench.Driver.SplitQueue;

        bench.Guest.Reset();
        Assert.Equal(DeviceStatus.NeedsReset, bench.Guest.Status);
        bench.Guest.SelectedQueue = 0;
        Assert.True(bench.Guest.IsQueueReady);
        Assert.Throws<InvalidOperationException>(() => bench.Guest.Negotiate());
        bench.Guest.SetDriverOk();
        Assert.Equal(DeviceStatus.NeedsReset, bench.Guest.Status);

        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => bench.Guest.Status == DeviceStatus.None, s_long));
        Assert.Equal(0, queue.DeviceUsedIndex);
        Assert.False(bench.Guest.WaitForInterrupt(TimeSpan.Zero));
        backend.DuringRead = null;
        bench.Driver.Start();
        bench.AssertServes();
    }

    [Fact]
    public void Reset_that_waits_is_deferred_and_nothing_else_waits_with_it()
    {
        var backend = new MemoryBackend(64);
        using var bench = new TransportBench(_kind, new BlockDevice(backend));
        bench.Driver.Start(wantedFeatures: 0);
        var (entered, gate) = backend.HangReads();
        AddRead(bench);
        Assert.True(entered.Wait(s_long));

        using var access = new WaitingAccess();
        var window = (IDeferringDevice)bench.Doorbells;
        Assert.Equal(IoResult.Deferred, Write(bench, [0], new IoCompletion(access, 7)));
        Assert.True(bench.Guest.TryReadConfig(0, new byte[8]));
        bench.Guest.TakeInterrupt();
        Assert.False(access.IsAnswered);

        gate.Set();
        Assert.True(access.Wait(s_long));
        Assert.Equal(7ul, access.Ticket);
        Assert.Equal(DeviceStatus.None, bench.Guest.Status);

        // Nothing runs, nothing waits.
        Assert.Equal(IoResult.Ok, Write(bench, [0], default));
        Assert.Equal(IoResult.Ok, Write(bench, [1], default));
        Assert.Equal(DeviceStatus.Acknowledge, bench.Guest.Status);
        Assert.Equal(IoResult.Ok, window.Read(StatusOffset, new byte[_kind == TransportKind.Mmio ? 4 : 1], default));

        IoResult Write(TransportBench to, byte[] value, IoCompletion completion)
        {
            Array.Resize(ref value, _kind == TransportKind.Mmio ? 4 : 1);
            return ((IDeferringDevice)to.Doorbells).Write(StatusOffset, value, completion);
        }
    }

    [Fact]
    public void Disposed_transport_answers_and_does_nothing()
    {
        _bench.Driver.Start();
        var window = (IMmioDevice)_bench.Doorbells;
        _bench.End();
        _bench.End();
        var changes = _bench.StateChanges;

        for (var offset = 0ul; offset < 0x100; offset += 4)
        {
            window.Read(offset, new byte[4]);
            window.Write(offset, [1, 0, 0, 0]);
        }

        Assert.Empty(_bench.Host.Windows);
        Assert.Equal(changes, _bench.StateChanges);
        Assert.False(Guest.WaitForInterrupt(TimeSpan.Zero));
    }

    // Any size, anywhere, in the window and, for PCI, in the configuration space and the table of vectors.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_access_has_an_answer_and_the_next_driver_works(int seed)
    {
        var random = new Random(seed);
        Span<byte> data = stackalloc byte[8];
        for (var round = 0; round < 20; round++)
        {
            _bench.Driver.Start();
            for (var i = 0; i < 5000; i++)
                Access(random, data);

            var mark = Guest.Allocator.Position;
            (Guest as PciGuestDriver)?.Probe();
            _bench.Driver.Start();
            DrainInterrupts();
            _bench.AssertServes();
            Guest.Allocator.Position = mark;
        }
    }

    private void Access(Random random, Span<byte> data)
    {
        random.NextBytes(data);
        if (random.Next(2) == 0)
            data[1..].Clear();
        var size = 1 << random.Next(4);
        var part = data[..size];
        var where = _kind == TransportKind.Mmio ? 0 : random.Next(4);
        IMmioDevice? window = where switch
        {
            0 when _kind == TransportKind.Mmio => _bench.Mmio,
            0 => null,
            1 => _bench.Host.Windows.TryGetValue(2, out var messages) ? messages.Window : null,
            _ => _bench.Host.Windows.TryGetValue(0, out var registers) ? registers.Window : null,
        };
        if (window is null && _bench.Pci is { } function)
        {
            var offset = random.Next(PciLayout.ConfigLength);
            if (random.Next(2) == 0)
                function.ReadConfig(offset, part);
            else
                function.WriteConfig(offset, part);
        }
        else if (window is not null)
        {
            var offset = random.Next(4) switch
            {
                0 => (ulong)random.Next((int)window.Length + 16),
                1 => (ulong)random.NextInt64(),
                _ => (ulong)random.Next(0x40 / size) * (uint)size,
            };
            if (random.Next(2) == 0)
                window.Read(offset, part);
            else
                window.Write(offset, part);
        }
    }

    // What the fuzz has left: an interrupt that no one has waited for.
    private void DrainInterrupts()
    {
        while (Guest.WaitForInterrupt(TimeSpan.Zero))
            Guest.TakeInterrupt();
    }

    private void PrepareInterrupts() => (Guest as PciGuestDriver)?.SetVectors(0);

    private void AddFlush(GuestQueue queue)
    {
        var header = Guest.Allocator.Allocate(BlockRequestHeader.Size);
        new BlockRequestHeader(BlockRequestType.Flush, 0).Format(_bench.Memory.Span(header, BlockRequestHeader.Size));
        queue.Add(new GuestBuffer(header, BlockRequestHeader.Size, false), new GuestBuffer(Guest.Allocator.Allocate(1), 1, true));
    }

    private static void AddRead(TransportBench bench)
    {
        var header = bench.Guest.Allocator.Allocate(BlockRequestHeader.Size);
        new BlockRequestHeader(BlockRequestType.In, 0).Format(bench.Memory.Span(header, BlockRequestHeader.Size));
        bench.Driver.Queue.Add(
            new GuestBuffer(header, BlockRequestHeader.Size, false),
            new GuestBuffer(bench.Guest.Allocator.Allocate(513), 513, true));
        bench.Guest.Notify(0);
    }
}

using System;
using System.Text;
using Xen.Testing.Gpio;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Gpio;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Gpio;
using Xen.Virtio.Tests.Queues;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>The GPIO device, virtio 1.3 §5.17, as a driver finds it.</summary>
public sealed class GpioDeviceTests
{
    private const GpioEventStatus Valid = GpioEventStatus.Valid;
    private const GpioEventStatus Invalid = GpioEventStatus.Invalid;

    private readonly SimulatedGpioBank _bank = new("MMC-CD", "", "Red LED Vdd", "");

    public static TheoryData<TransportKind, ulong> Kinds => new MatrixTheoryData<TransportKind, ulong>(
        Enum.GetValues<TransportKind>(), [VirtioDriver.DefaultFeatures, ulong.MaxValue, GpioFeatures.Interrupts]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Driver_reads_drives_and_is_interrupted(TransportKind kind, ulong features)
    {
        using var bench = new TransportBench(kind, new GpioDevice(_bank));
        var guest = new GpioGuest(bench.Guest, features);
        Assert.Equal(0u, guest.Features & VirtioFeatures.InOrder);
        Assert.Equal("0400000015000000", ReadConfig(bench));
        Assert.Equal((GpioStatus.Ok, (byte)0), guest.Ask(GpioMessage.GetValue, 1));
        _bank.Drive(1, high: true);
        Assert.Equal((GpioStatus.Ok, (byte)1), guest.Ask(GpioMessage.GetValue, 1));

        Assert.Equal(GpioStatus.Ok, guest.Set(GpioMessage.SetValue, 2, 1));
        Assert.False(_bank.IsHigh(2));
        Assert.Equal(GpioStatus.Ok, guest.Set(GpioMessage.SetDirection, 2, (uint)GpioDirection.Output));
        Assert.True(_bank.IsHigh(2));
        Assert.Equal((GpioStatus.Ok, (byte)GpioDirection.Output), guest.Ask(GpioMessage.GetDirection, 2));
        Assert.Equal(GpioStatus.Ok, guest.Set(GpioMessage.SetValue, 2, 0));
        Assert.False(_bank.IsHigh(2));

        // The buffers come back as the lines interrupt, not as they came.
        foreach (var line in (int[])[0, 1, 3])
        {
            Assert.Equal(GpioStatus.Ok, guest.Set(GpioMessage.SetInterruptType, line, (uint)GpioInterruptType.BothEdges));
            guest.Unmask(line);
        }

        guest.AssertNoEvent();
        _bank.Drive(3, high: true);
        Assert.Equal((3, Valid), guest.AwaitEvent());
        _bank.Drive(1, high: false);
        Assert.Equal((1, Valid), guest.AwaitEvent());
        guest.Unmask(3);
        guest.AssertNoEvent();
        _bank.Drive(0, high: true);
        Assert.Equal((0, Valid), guest.AwaitEvent());
        _bank.Drive(3, high: false);
        Assert.Equal((3, Valid), guest.AwaitEvent());
    }

    [Fact]
    public void Names_are_one_block_with_a_zero_behind_each()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(_bank));
        var guest = new GpioGuest(bench.Guest);
        var answer = guest.Ask(GpioMessage.GetNames, 0, 0, 1 + 21);
        Assert.Equal((byte)GpioStatus.Ok, answer[0]);
        Assert.Equal("MMC-CD\0\0Red LED Vdd\0\0", Encoding.ASCII.GetString(answer, 1, 21));
        Assert.Equal([(byte)GpioStatus.Error, 0, 0xee], guest.Ask(GpioMessage.GetNames, 0, 0, 21)[..3]);

        using var other = new TransportBench(TransportKind.Mmio, new GpioDevice(new SimulatedGpioBank("", "")));
        guest = new GpioGuest(other.Guest);
        Assert.Equal("0200000000000000", ReadConfig(other));
        Assert.Equal((byte)GpioStatus.Error, guest.Ask(GpioMessage.GetNames, 0, 0, 64)[0]);
    }

    [Fact]
    public void Guest_sees_the_lines_that_it_was_given_and_no_others()
    {
        var device = new GpioDevice(_bank, new GpioDeviceOptions { Lines = [2, 0] });
        using var bench = new TransportBench(TransportKind.Mmio, device);
        var guest = new GpioGuest(bench.Guest);
        Assert.Equal("0200000013000000", ReadConfig(bench));
        Assert.Equal("Red LED Vdd\0MMC-CD\0", Encoding.ASCII.GetString(guest.Ask(GpioMessage.GetNames, 0, 0, 20), 1, 19));
        Assert.Equal(GpioStatus.Ok, guest.Set(GpioMessage.SetDirection, 0, (uint)GpioDirection.Output));
        Assert.Equal(GpioStatus.Ok, guest.Set(GpioMessage.SetValue, 0, 1));
        Assert.True(_bank.IsHigh(2));
        Assert.Equal(GpioStatus.Error, guest.Set(GpioMessage.SetDirection, 2, (uint)GpioDirection.Output));
        Assert.Equal(GpioStatus.Ok, guest.Set(GpioMessage.SetInterruptType, 1, (uint)GpioInterruptType.RisingEdge));
        guest.Unmask(1);
        guest.AssertNoEvent();
        _bank.Drive(1, high: true);
        _bank.Drive(0, high: true);
        Assert.Equal((1, Valid), guest.AwaitEvent());
    }

    // Which changes interrupt: from low to high, from high to low.
    [Theory]
    [InlineData(GpioInterruptType.RisingEdge, true, false)]
    [InlineData(GpioInterruptType.FallingEdge, false, true)]
    [InlineData(GpioInterruptType.BothEdges, true, true)]
    public void Edge_interrupts(GpioInterruptType type, bool rising, bool falling)
    {
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(_bank));
        var guest = new GpioGuest(bench.Guest);
        guest.Set(GpioMessage.SetInterruptType, 0, (uint)type);
        foreach (var high in (bool[])[true, false, true, false])
        {
            guest.Unmask(0);
            guest.AssertNoEvent();
            _bank.Drive(0, high);
            if (high ? rising : falling)
            {
                Assert.Equal((0, Valid), guest.AwaitEvent());
                continue;
            }

            // The buffer is still there: another is one too many.
            guest.AssertNoEvent();
            guest.Unmask(0);
            Assert.Equal((0, Invalid), guest.AwaitEvent());
            guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.None);
            Assert.Equal((0, Invalid), guest.AwaitEvent());
            guest.Set(GpioMessage.SetInterruptType, 0, (uint)type);
        }
    }

    [Theory]
    [MemberData(nameof(QueueKinds.Layouts), MemberType = typeof(QueueKinds))]
    public void Event_queue_that_is_taken_back_leaves_no_buffer_behind(ulong features)
    {
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(_bank));
        var guest = new GpioGuest(bench.Guest, features | GpioFeatures.Interrupts);
        guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.RisingEdge);
        guest.Set(GpioMessage.SetInterruptType, 1, (uint)GpioInterruptType.RisingEdge);
        guest.Unmask(0);
        guest.Unmask(1);
        guest.AssertNoEvent();
        bench.Memory.Span(0, 1)[0] = 0xee;
        guest.RenewEvents((GuestDriver)bench.Guest);

        // Its buffer went with the queue: the edge waits for another, and the line that did not interrupt takes one, too.
        _bank.Drive(0, high: true);
        guest.AssertNoEvent();
        guest.Unmask(0);
        Assert.Equal((0, Valid), guest.AwaitEvent());
        guest.Unmask(1);
        guest.AssertNoEvent();
        _bank.Drive(1, high: true);
        Assert.Equal((1, Valid), guest.AwaitEvent());
        Assert.Equal(0xee, bench.Memory.Span(0, 1)[0]);
    }

    [Fact]
    public void Edge_is_latched_while_masked_and_comes_once()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(_bank));
        var guest = new GpioGuest(bench.Guest);
        guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.RisingEdge);
        for (var i = 0; i < 3; i++)
        {
            _bank.Drive(0, high: true);
            _bank.Drive(0, high: false);
        }

        guest.Unmask(0);
        Assert.Equal((0, Valid), guest.AwaitEvent());
        guest.Unmask(0);
        guest.AssertNoEvent();
    }

    [Fact]
    public void Latched_edge_is_forgotten_when_the_interrupt_is_disabled()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(_bank));
        var guest = new GpioGuest(bench.Guest);
        guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.RisingEdge);
        _bank.Drive(0, high: true);
        guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.None);
        guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.RisingEdge);
        guest.Unmask(0);
        guest.AssertNoEvent();
    }

    [Theory]
    [InlineData(GpioInterruptType.HighLevel, true)]
    [InlineData(GpioInterruptType.LowLevel, false)]
    public void Level_is_not_latched_and_interrupts_for_as_long_as_it_is_there(GpioInterruptType type, bool active)
    {
        _bank.Drive(0, !active);
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(_bank));
        var guest = new GpioGuest(bench.Guest);
        guest.Set(GpioMessage.SetInterruptType, 0, (uint)type);
        _bank.Drive(0, active);
        _bank.Drive(0, !active);
        guest.Unmask(0);
        guest.AssertNoEvent();
        _bank.Drive(0, active);
        Assert.Equal((0, Valid), guest.AwaitEvent());
        guest.Unmask(0);
        Assert.Equal((0, Valid), guest.AwaitEvent());
        _bank.Drive(0, !active);
        guest.Unmask(0);
        guest.AssertNoEvent();
    }

    [Fact]
    public void Interrupt_that_is_not_enabled_gives_its_buffer_back()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(_bank));
        var guest = new GpioGuest(bench.Guest);
        guest.Unmask(1);
        Assert.Equal((1, Invalid), guest.AwaitEvent());
        guest.Set(GpioMessage.SetInterruptType, 1, (uint)GpioInterruptType.RisingEdge);
        guest.Unmask(1);
        guest.AssertNoEvent();
        guest.Set(GpioMessage.SetDirection, 1, (uint)GpioDirection.None);
        Assert.Equal((1, Invalid), guest.AwaitEvent());
    }

    [Fact]
    public void What_the_standard_does_not_know_is_an_error_and_changes_nothing()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(_bank));
        var guest = new GpioGuest(bench.Guest);
        foreach (var type in (uint[])[5, 6, 7, 9, 16, 256 + 1, uint.MaxValue])
            Assert.Equal(GpioStatus.Error, guest.Set(GpioMessage.SetInterruptType, 0, type));
        foreach (var direction in (uint[])[3, 256 + 1, uint.MaxValue])
            Assert.Equal(GpioStatus.Error, guest.Set(GpioMessage.SetDirection, 0, direction));
        foreach (var value in (uint[])[2, 256, uint.MaxValue])
            Assert.Equal(GpioStatus.Error, guest.Set(GpioMessage.SetValue, 0, value));
        foreach (var message in (int[])[0, 7, 0x101, 0xffff])
            Assert.Equal((GpioStatus.Error, (byte)0), guest.Ask((GpioMessage)message, 0));
        foreach (var line in (int[])[4, 0xffff])
            Assert.Equal((GpioStatus.Error, (byte)0), guest.Ask(GpioMessage.GetValue, line));

        // One type has to be disabled before another; and an output does not interrupt.
        Assert.Equal(GpioStatus.Ok, guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.RisingEdge));
        Assert.Equal(GpioStatus.Error, guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.LowLevel));
        Assert.Equal(GpioStatus.Ok, guest.Set(GpioMessage.SetDirection, 1, (uint)GpioDirection.Output));
        Assert.Equal(GpioStatus.Error, guest.Set(GpioMessage.SetInterruptType, 1, (uint)GpioInterruptType.RisingEdge));
        Assert.Equal(GpioDirection.Input, _bank.DirectionOf(0));
    }

    [Fact]
    public void Line_that_the_host_refuses_is_an_error()
    {
        _bank.SetBusy(0, isBusy: true);
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(_bank));
        var guest = new GpioGuest(bench.Guest);
        Assert.Equal((GpioStatus.Error, (byte)0), guest.Ask(GpioMessage.GetValue, 0));
        Assert.Equal((GpioStatus.Error, (byte)0), guest.Ask(GpioMessage.GetDirection, 0));
        Assert.Equal(GpioStatus.Error, guest.Set(GpioMessage.SetDirection, 0, 1));
        Assert.Equal(GpioStatus.Error, guest.Set(GpioMessage.SetInterruptType, 0, 1));
        Assert.Equal(GpioStatus.Ok, guest.Ask(GpioMessage.GetValue, 1).Status);
    }

    [Fact]
    public void Without_the_feature_no_interrupt_is_enabled()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(_bank));
        var guest = new GpioGuest(bench.Guest, 0);
        Assert.Equal(GpioStatus.Error, guest.Set(GpioMessage.SetInterruptType, 0, 1));

        using var none = new TransportBench(
            TransportKind.Mmio, new GpioDevice(_bank, new GpioDeviceOptions { Interrupts = false }));
        Assert.Equal(0u, new GpioGuest(none.Guest).Features & GpioFeatures.Interrupts);
    }

    [Fact]
    public void Reset_gives_up_what_the_driver_had()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(_bank));
        var guest = new GpioGuest(bench.Guest);
        guest.Set(GpioMessage.SetDirection, 2, (uint)GpioDirection.Output);
        guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.RisingEdge);
        guest.Unmask(0);
        guest.AssertNoEvent();
        guest = new GpioGuest(bench.Guest);
        Assert.Equal(GpioDirection.None, _bank.DirectionOf(2));
        Assert.Equal(GpioDirection.Input, _bank.DirectionOf(3));
        _bank.Drive(0, high: true);
        guest.Unmask(0);
        Assert.Equal((0, Invalid), guest.AwaitEvent());
    }

    [Fact]
    public void Malformed_requests_and_events_fail_alone()
    {
        const ulong Nowhere = 0x9000_0000;
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(_bank));
        var guest = new GpioGuest(bench.Guest);
        var place = bench.Guest.Allocator.Allocate(64);
        new GpioRequest(GpioMessage.GetValue, 0, 0).Format(bench.Memory.Span(place, 8));
        var answer = place + 32;
        AssertLength(0, guest.Requests, new GuestBuffer(place, 8, false));
        AssertLength(0, guest.Requests, new(place, 8, false), new(Nowhere, 2, true));
        AssertLength(1, guest.Requests, new(place, 8, false), new(answer, 1, true));
        Assert.Equal(1, bench.Memory.Span(answer, 1)[0]);
        AssertLength(2, guest.Requests, new(place, 7, false), new(answer, 2, true));
        AssertLength(2, guest.Requests, new(Nowhere, 8, false), new(answer, 2, true));
        AssertLength(2, guest.Requests, new GuestBuffer(answer, 2, true));
        Assert.Equal([1, 0], bench.Memory.Span(answer, 2).ToArray());

        // Cut anywhere, and with more room than is needed.
        AssertLength(2, guest.Requests, new(place, 3, false), new(place + 3, 5, false), new(answer, 1, true), new(answer + 1, 9, true));
        Assert.Equal([0, 0], bench.Memory.Span(answer, 2).ToArray());

        bench.Memory.Span(place, 2).Clear();
        AssertLength(0, guest.Events!, new GuestBuffer(place, 2, false));
        AssertLength(1, guest.Events!, new(place, 1, false), new(answer, 1, true));
        AssertLength(1, guest.Events!, new GuestBuffer(answer, 1, true));
        AssertLength(0, guest.Events!, new(place, 2, false), new(Nowhere, 1, true));
        guest.AssertNoEvent();
        Assert.Equal(GpioStatus.Ok, guest.Ask(GpioMessage.GetValue, 0).Status);

        void AssertLength(uint expected, IGuestQueue queue, params ReadOnlySpan<GuestBuffer> buffers)
        {
            queue.Add(buffers);
            bench.Guest.Notify(queue == guest.Requests ? 0 : 1);
            Assert.Equal(expected, bench.Guest.WaitUsed(queue).Length);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_edge_is_lost_whatever_the_order(int seed)
    {
        var random = new Random(seed);
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(_bank));
        var guest = new GpioGuest(bench.Guest);
        guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.BothEdges);
        var level = false;
        for (var round = 0; round < 300; round++)
        {
            var isUnmasked = random.Next(2) == 0;
            if (isUnmasked)
                guest.Unmask(0);
            _bank.Drive(0, level = !level);
            if (random.Next(3) == 0)
                _bank.Drive(0, level = !level);
            if (!isUnmasked)
                guest.Unmask(0);
            Assert.Equal((0, Valid), guest.AwaitEvent());

            // What may have been latched meanwhile is taken away.
            guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.None);
            guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.BothEdges);
        }
    }

    [Fact]
    public void Requests_allocate_nothing()
    {
        var bench = new QueueBench(0);
        var lines = new GpioLines(_bank, [0, 1, 2, 3], new GpioNotes(new MemoryNotes(GpioDevice.NoteCount(4)), 4));
        var handler = new GpioRequestHandler(lines, []) { HasInterrupts = true };
        var request = new GpioRequest(GpioMessage.GetValue, 1, 0);
        request.Format(bench.Memory.Span(QueueBench.Buffer, 8));
        bench.Driver.Add(new(QueueBench.Buffer, 8, false), new(QueueBench.Buffer + 16, 2, true));
        bench.Take();
        using (var view = bench.Memory.Enter())
            Assert.Equal(2u, handler.Handle(bench.Chain, view, default));
        Assert.Equal(0, Allocation.Least(() =>
        {
            using var view = bench.Memory.Enter();
            for (var i = 0; i < 10000; i++)
            {
                new GpioRequest((GpioMessage)((i % 5) + 2), (ushort)(i % 4), (uint)i % 3).Format(bench.Memory.Span(QueueBench.Buffer, 8));
                handler.Handle(bench.Chain, view, default);
            }
        }));
    }

    [Theory]
    [InlineData(VirtioDriver.DefaultFeatures)]
    [InlineData(ulong.MaxValue)]
    public void Requests_allocate_nothing_through_the_whole_queue(ulong features)
    {
        var allocated = 0L;
        _bank.OutputChanged += (_, _) => allocated = GC.GetAllocatedBytesForCurrentThread();
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(_bank));
        var guest = new GpioGuest(bench.Guest, features);
        guest.Set(GpioMessage.SetDirection, 2, (uint)GpioDirection.Output);
        AskAll(10);
        var before = allocated;

        // No object is smaller than 24 bytes. The runtime itself may allocate now and then, 8 KiB at once.
        const int Rounds = 500;
        AskAll(Rounds);
        Assert.InRange(allocated - before, 0, (Rounds * 24) - 1);

        void AskAll(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                guest.Ask(GpioMessage.GetNames, 0, 0, 22);
                guest.Ask(GpioMessage.GetDirection, 1);
                guest.Ask(GpioMessage.GetValue, 1);
                guest.Set(GpioMessage.SetDirection, 0, (uint)GpioDirection.Input);
                guest.Set(GpioMessage.SetInterruptType, 1, (uint)(i % 2 == 0 ? GpioInterruptType.RisingEdge : GpioInterruptType.None));
                guest.Set(GpioMessage.SetValue, 2, (uint)(i + 1) % 2);
            }
        }
    }

    [Fact]
    public void Choices_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new GpioDevice(_bank, new GpioDeviceOptions { Lines = [] }));
        Assert.Throws<ArgumentException>(() => new GpioDevice(_bank, new GpioDeviceOptions { Lines = [4] }));
        Assert.Throws<ArgumentException>(() => new GpioDevice(_bank, new GpioDeviceOptions { Lines = [1, 1] }));
        Assert.Throws<ArgumentException>(() => new GpioDevice(_bank, new GpioDeviceOptions { QueueSize = 3 }));
        Assert.Throws<ArgumentException>(() => new GpioDevice(new SimulatedGpioBank("a", "a")));
        Assert.Throws<ArgumentException>(() => new GpioDevice(new SimulatedGpioBank("é")));
    }

    private static string ReadConfig(TransportBench bench)
    {
        var config = new byte[8];
        Assert.True(bench.Guest.TryReadConfig(0, config));
        return Convert.ToHexStringLower(config);
    }
}

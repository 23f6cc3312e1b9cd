using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using Xen.Testing.Console;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Console;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Console;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>The console, virtio 1.3 §5.3, as a driver finds it.</summary>
public sealed class ConsoleDeviceTests
{
    private readonly SimulatedConsoleEnd _end = new();
    private readonly SimulatedConsoleEnd _other = new();

    public static TheoryData<TransportKind, ulong> Kinds => new MatrixTheoryData<TransportKind, ulong>(
        Enum.GetValues<TransportKind>(), [VirtioDriver.DefaultFeatures, ulong.MaxValue, 0]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Text_goes_both_ways(TransportKind kind, ulong features)
    {
        using var bench = new TransportBench(kind, new ConsoleDevice(_end));
        var guest = new Guest(bench, features);
        guest.Write(0, "login: ");
        Assert.Equal("login: ", Encoding.UTF8.GetString(_end.Take()));
        _end.Send("root\n");
        Assert.Equal("root\n", guest.Read(0, 64));
        guest.Write(0, "# ");
        Assert.Equal("# ", Encoding.UTF8.GetString(_end.Take()));
    }

    [Fact]
    public void What_the_guest_has_no_buffers_for_waits_and_is_not_lost()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new ConsoleDevice(_end));
        var guest = new Guest(bench);
        var data = new byte[20000];
        new Random(1).NextBytes(data);
        _end.Send(data);
        var read = new List<byte>();
        while (read.Count < data.Length)
            read.AddRange(guest.ReadBytes(0, 333));
        Assert.Equal(data, read);
    }

    [Fact]
    public void Host_end_that_is_slow_makes_the_guest_wait_and_loses_nothing()
    {
        var end = new SimulatedConsoleEnd(room: 10);
        using var bench = new TransportBench(TransportKind.Mmio, new ConsoleDevice(end));
        var guest = new Guest(bench);
        var text = string.Concat(Enumerable.Range(0, 100).Select(i => $"line {i}\n"));
        guest.Add(1, text);
        bench.Guest.Notify(1);
        var taken = new List<byte>();
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                Assert.True(taken.Count + 10 >= text.Length || guest.Queues[1].InFlight == 1);
                taken.AddRange(end.Take(7));
                return taken.Count == text.Length;
            },
            TimeSpan.FromSeconds(30)));
        Assert.Equal(text, Encoding.UTF8.GetString([.. taken]));
        bench.Guest.WaitUsed(guest.Queues[1]);
    }

    [Fact]
    public void Reset_does_not_wait_for_a_slow_end_and_what_was_sent_to_the_guest_waits_for_the_next_driver()
    {
        var end = new SimulatedConsoleEnd(room: 0);
        using var bench = new TransportBench(TransportKind.Mmio, new ConsoleDevice(end), TimeSpan.FromMinutes(5));
        var guest = new Guest(bench);
        guest.Add(1, "nobody takes it");
        bench.Guest.Notify(1);
        end.Send("hello");
        guest = new Guest(bench);
        Assert.Equal("hello", guest.Read(0, 64));
        bench.Guest.Reset();
        Assert.Equal(DeviceStatus.None, bench.Guest.Status);
    }

    [Fact]
    public void Buffers_of_any_shape_are_no_harm()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new ConsoleDevice(_end));
        var guest = new Guest(bench);
        var place = guest.Place("abcdef");

        // To send: in pieces, in the wrong direction, outside memory; to receive: the same.
        Assert.Equal(0u, guest.Submit(1, new(place, 2, false), new(place + 2, 0, false), new(place + 2, 4, false)));
        Assert.Equal(0u, guest.Submit(1, new GuestBuffer(place, 6, true)));
        Assert.Equal(0u, guest.Submit(1, new(place, 1, false), new(0x9000_0000, 4, false)));
        Assert.Equal("abcdefa", Encoding.UTF8.GetString(_end.Take()));
        _end.Send("xyz");
        Assert.Equal(0u, guest.Submit(0, new GuestBuffer(place, 6, false)));
        Assert.Equal(0u, guest.Submit(0, new GuestBuffer(0x9000_0000, 6, true)));
        Assert.Equal(1u, guest.Submit(0, new(place, 1, true), new(0x9000_0000, 6, true)));
        Assert.Equal(2u, guest.Submit(0, new(place + 1, 1, true), new(place + 2, 4, true)));
        Assert.Equal("xyz", Encoding.UTF8.GetString(bench.Memory.Span(place, 3)));
    }

    [Fact]
    public void Size_is_in_the_configuration_and_a_change_is_told()
    {
        var device = new ConsoleDevice(_end, new ConsoleDeviceOptions { Columns = 132, Rows = 43 });
        using var bench = new TransportBench(TransportKind.Mmio, device);
        _ = new Guest(bench);
        Assert.Equal("84002b000100000000000000", ReadConfig(bench));
        var generation = bench.Guest.ConfigGeneration;
        device.Resize(0x102, 0x304);
        Assert.True(bench.Guest.WaitForInterrupt(TimeSpan.FromSeconds(30)));
        Assert.True(bench.Guest.TakeInterrupt().HasFlag(InterruptCauses.ConfigChange));
        Assert.Equal("020104030100000000000000", ReadConfig(bench));
        Assert.NotEqual(generation, bench.Guest.ConfigGeneration);
        device.Resize(0x102, 0x304);
        Assert.Equal(bench.Guest.ConfigGeneration, generation + 1);
    }

    [Fact]
    public void Emergency_write_works_at_any_time()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new ConsoleDevice(_end));
        Assert.True(bench.Guest.TryWriteConfig(ConsoleLayout.EmergencyWriteOffset, "o\0\0\0"u8));
        _ = new Guest(bench);
        Assert.True(bench.Guest.TryWriteConfig(ConsoleLayout.EmergencyWriteOffset, "hxyz"u8));
        Assert.Equal("oh", Encoding.UTF8.GetString(_end.Take()));
        Assert.False(bench.Guest.TryWriteConfig(ConsoleLayout.ColumnsOffset, [1, 0]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Named_ports_are_announced_and_carry_data(TransportKind kind, ulong features)
    {
        using var bench = new TransportBench(kind, CreateMultiport());
        var guest = new Guest(bench, features | ConsoleFeatures.Multiport);
        guest.Control(new ConsoleControl(0, ConsoleEvent.DeviceReady, 1));
        Assert.Equal("0000000001000000", guest.Told());
        Assert.Equal("0100000001000000", guest.Told());
        guest.Control(new ConsoleControl(0, ConsoleEvent.PortReady, 1));
        Assert.Equal("0000000004000100", guest.Told());
        Assert.Equal("0000000005000000" + "50001900", guest.Told());
        Assert.Equal("0000000006000100", guest.Told());
        guest.Control(new ConsoleControl(1, ConsoleEvent.PortReady, 1));
        Assert.Equal("0100000007000100" + Convert.ToHexStringLower("org.example.0"u8), guest.Told());
        Assert.Equal("0100000006000100", guest.Told());

        // What comes before the guest has opened the port waits.
        _other.Send("early");
        guest.Control(new ConsoleControl(1, ConsoleEvent.PortOpen, 1));
        Assert.Equal("early", guest.Read(4, 16));
        Assert.True(_other.IsGuestOpen);
        guest.Write(4, "reply");
        Assert.Equal("reply", Encoding.UTF8.GetString(_other.Take()));
        _other.Connect(false);
        Assert.Equal("0100000006000000", guest.Told());
        guest.Control(new ConsoleControl(1, ConsoleEvent.PortOpen, 0));
        Assert.False(_other.IsGuestOpen);
    }

    // Linux ends a reader's file with the message, whatever is still on its way.
    [Fact]
    public void That_somebody_has_gone_is_told_after_all_that_was_sent()
    {
        const int Length = 10000;
        using var bench = new TransportBench(TransportKind.Mmio, CreateMultiport());
        var guest = new Guest(bench, VirtioDriver.DefaultFeatures);
        guest.Control(new ConsoleControl(0, ConsoleEvent.DeviceReady, 1));
        guest.Told();
        guest.Told();
        guest.Control(new ConsoleControl(1, ConsoleEvent.PortReady, 1));
        guest.Told();
        guest.Told();
        guest.Control(new ConsoleControl(1, ConsoleEvent.PortOpen, 1));
        _other.Send(new byte[Length]);
        _other.Connect(false);
        var place = bench.Guest.Allocator.Allocate(64);
        guest.Queues[ConsoleLayout.ControlReceiveQueue].Add(new GuestBuffer(place, 64, true));
        bench.Guest.Notify(ConsoleLayout.ControlReceiveQueue);
        for (var left = Length; left > 0; left -= guest.ReadBytes(4, 4096).Length)
            Assert.False(guest.Queues[ConsoleLayout.ControlReceiveQueue].TryTakeUsed(out _));
        var told = bench.Guest.WaitUsed(guest.Queues[ConsoleLayout.ControlReceiveQueue]).Length;
        Assert.Equal("0100000006000000", Convert.ToHexStringLower(bench.Memory.Span(place, (int)told)));
    }

    [Fact]
    public void Control_messages_that_make_no_sense_are_passed_over_and_ask_for_no_memory()
    {
        using var bench = new TransportBench(TransportKind.Mmio, CreateMultiport());
        var guest = new Guest(bench, VirtioDriver.DefaultFeatures);
        guest.Control(new ConsoleControl(0, ConsoleEvent.PortReady, 1));
        guest.Control(new ConsoleControl(1, ConsoleEvent.PortOpen, 1));
        Assert.False(_other.IsGuestOpen);
        for (var i = 0; i < 1000; i++)
        {
            var mark = bench.Guest.Allocator.Position;
            guest.Control(new ConsoleControl(0, ConsoleEvent.DeviceReady, 1));
            guest.Control(new ConsoleControl((uint)(i % 2), ConsoleEvent.PortReady, (ushort)(i / 2 % 3)));
            guest.Control(new ConsoleControl(uint.MaxValue, ConsoleEvent.PortReady, 1));
            guest.Control(new ConsoleControl(2, ConsoleEvent.PortOpen, 1));
            guest.Control(new ConsoleControl(0, (ConsoleEvent)(i * 7), 1));
            bench.Guest.Allocator.Position = mark;
        }

        guest.Submit(3, new GuestBuffer(guest.Place("short"), 5, false));
        guest.Submit(3, new GuestBuffer(0x9000_0000, 8, false));

        // However often it was asked: each message once.
        var told = Enumerable.Range(0, 7).Select(_ => guest.Told()[8..12]).ToArray();
        Assert.Equal(["0100", "0400", "0500", "0600", "0100", "0700", "0600"], told);
        _end.Connect(false);
        Assert.Equal("0000000006000000", guest.Told());
    }

    [Fact]
    public void Driver_of_one_port_gets_the_first()
    {
        using var bench = new TransportBench(TransportKind.Mmio, CreateMultiport());
        var guest = new Guest(bench, ~ConsoleFeatures.Multiport & VirtioDriver.DefaultFeatures);
        _end.Send("a");
        Assert.Equal("a", guest.Read(0, 1));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Another_process_goes_on_and_tells_the_guest_what_has_changed(TransportKind kind, ulong features)
    {
        IQueueJournal[] journals = [.. Enumerable.Range(0, 6).Select(_ => new MemoryJournal())];
        using var bench = new TransportBench(kind, CreateMultiport(), journals: journals);
        var guest = new Guest(bench, features | ConsoleFeatures.Multiport);
        guest.Control(new ConsoleControl(0, ConsoleEvent.DeviceReady, 1));
        guest.Told();
        guest.Told();
        guest.Control(new ConsoleControl(1, ConsoleEvent.PortReady, 1));
        guest.Told();
        guest.Told();
        guest.Control(new ConsoleControl(1, ConsoleEvent.PortOpen, 1));
        guest.Write(4, "before");
        var state = bench.LastState!;
        bench.Kill();

        var other = new SimulatedConsoleEnd();
        var device = new ConsoleDevice([new(_end) { IsConsole = true }, new(other) { Name = "org.example.0" }]);
        other.Connect(false);
        Assert.True(bench.TakeOver(device, state));

        // It is not known what the driver has heard; that nobody is at the second port is new.
        Assert.True(other.IsGuestOpen);
        Assert.Equal("0000000001000000", guest.Told());
        Assert.Equal("0100000007000100" + Convert.ToHexStringLower("org.example.0"u8), guest.Told());
        Assert.Equal("0100000006000000", guest.Told());
        other.Send("after");
        Assert.Equal("after", guest.Read(4, 16));
        guest.Write(4, "and back");
        Assert.Equal("and back", Encoding.UTF8.GetString(other.Take()));
        foreach (var damaged in (byte[][])[[], [1, 1, 0], [2, 1, 0, 0], [1, 2, 0, 0], [1, 1, 8, 0], [1, 1, 0, 0, 0]])
            Assert.False(device.TryRestoreState(damaged));
    }

    [Fact]
    public void What_was_not_told_when_the_process_was_killed_is_told_by_the_next()
    {
        IQueueJournal[] journals = [.. Enumerable.Range(0, 6).Select(_ => new MemoryJournal())];
        using var bench = new TransportBench(TransportKind.Mmio, CreateMultiport(), journals: journals);
        var guest = new Guest(bench, VirtioDriver.DefaultFeatures);
        guest.Control(new ConsoleControl(0, ConsoleEvent.DeviceReady, 1));
        guest.Told();
        guest.Told();
        guest.Control(new ConsoleControl(0, ConsoleEvent.PortReady, 1));
        var state = bench.LastState!;
        bench.Kill();

        Assert.True(bench.TakeOver(CreateMultiport(), state));
        Assert.Equal("0000000004000100", guest.Told());
        Assert.Equal("0000000005000000" + "50001900", guest.Told());
        Assert.Equal("0000000006000100", guest.Told());
        Assert.Equal("0100000001000000", guest.Told());
    }

    [Fact]
    public void What_was_taken_for_a_port_that_is_closed_waits_until_it_is_open_again()
    {
        using var bench = new TransportBench(TransportKind.Mmio, CreateMultiport());
        var guest = new Guest(bench, VirtioDriver.DefaultFeatures);
        guest.Control(new ConsoleControl(0, ConsoleEvent.DeviceReady, 1));
        guest.Control(new ConsoleControl(1, ConsoleEvent.PortReady, 1));
        guest.Control(new ConsoleControl(1, ConsoleEvent.PortOpen, 1));
        _other.Send("abc");
        Assert.Equal("a", guest.Read(4, 1));
        guest.Control(new ConsoleControl(1, ConsoleEvent.PortOpen, 0));
        var place = guest.Place("-");
        guest.Queues[4].Add(new GuestBuffer(place, 1, true));
        bench.Guest.Notify(4);

        // Another queue is served meanwhile, and this one is not.
        guest.Write(4, "x");
        Assert.False(guest.Queues[4].TryTakeUsed(out _));
        guest.Control(new ConsoleControl(1, ConsoleEvent.PortOpen, 1));
        Assert.Equal(1u, bench.Guest.WaitUsed(guest.Queues[4]).Length);
        Assert.Equal((byte)'b', bench.Memory.Span(place, 1)[0]);
        Assert.Equal("c", guest.Read(4, 8));
    }

    private ConsoleDevice CreateMultiport() =>
        new([new(_end) { IsConsole = true }, new(_other) { Name = "org.example.0" }]);

    private static string ReadConfig(TransportBench bench)
    {
        var config = new byte[ConsoleLayout.ConfigLength];
        for (var i = 0; i < config.Length; i += 4)
            Assert.True(bench.Guest.TryReadConfig((uint)i, config.AsSpan(i, 4)));
        return Convert.ToHexStringLower(config);
    }

    private sealed class Guest
    {
        private readonly TransportBench _bench;

        public Guest(TransportBench bench, ulong features = VirtioDriver.DefaultFeatures)
        {
            _bench = bench;
            var agreed = bench.Guest.Negotiate(features);
            var count = (agreed & ConsoleFeatures.Multiport) != 0 ? 6 : 2;
            Queues = [.. Enumerable.Range(0, count).Select(i => bench.Guest.SetUpQueue(i))];
            bench.Guest.SetDriverOk();
        }

        public IGuestQueue[] Queues { get; }

        public ulong Place(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var place = _bench.Guest.Allocator.Allocate((uint)bytes.Length);
            bytes.CopyTo(_bench.Memory.Span(place, bytes.Length));
            return place;
        }

        public void Add(int queue, string text) =>
            Queues[queue].Add(new GuestBuffer(Place(text), (uint)Encoding.UTF8.GetByteCount(text), false));

        public uint Submit(int queue, params ReadOnlySpan<GuestBuffer> buffers)
        {
            Queues[queue].Add(buffers);
            _bench.Guest.Notify(queue);
            return _bench.Guest.WaitUsed(Queues[queue]).Length;
        }

        // By the number of the receive queue of a port.
        public void Write(int receiveQueue, string text) => Submit(
            receiveQueue + 1, new GuestBuffer(Place(text), (uint)Encoding.UTF8.GetByteCount(text), false));

        public byte[] ReadBytes(int queue, int length)
        {
            var mark = _bench.Guest.Allocator.Position;
            var place = _bench.Guest.Allocator.Allocate((uint)length);
            var used = Submit(queue, new GuestBuffer(place, (uint)length, true));
            _bench.Guest.Allocator.Position = mark;
            return _bench.Memory.Span(place, (int)used).ToArray();
        }

        public string Read(int queue, int length) => Encoding.UTF8.GetString(ReadBytes(queue, length));

        public void Control(ConsoleControl message)
        {
            var place = _bench.Guest.Allocator.Allocate(ConsoleControl.Size);
            message.Format(_bench.Memory.Span(place, ConsoleControl.Size));
            Submit(ConsoleLayout.ControlTransmitQueue, new GuestBuffer(place, ConsoleControl.Size, false));
        }

        public string Told() => Convert.ToHexStringLower(ReadBytes(ConsoleLayout.ControlReceiveQueue, 64));
    }
}

using System;
using System.Linq;
using System.Threading;
using Xen.Testing.Gpio;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Gpio;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Gpio;
using Xen.Virtio.Tests.Queues;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>A GPIO device goes on where the process before was killed, and its driver does not notice.</summary>
public sealed class GpioRestartTests : IDisposable
{
    private const GpioEventStatus Valid = GpioEventStatus.Valid;
    private const GpioEventStatus Invalid = GpioEventStatus.Invalid;
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    private readonly SimulatedGpioBank _bank = new("a", "b", "c", "d", "e");
    private readonly MemoryNotes _notes = new(GpioDevice.NoteCount(5));
    private readonly MemoryJournal[] _journals = [new(), new()];
    private TransportBench? _bench;
    private byte[]? _stateBeforeKill;

    public static TheoryData<TransportKind, ulong> Kinds => new MatrixTheoryData<TransportKind, ulong>(
        Enum.GetValues<TransportKind>(), GpioLayouts);

    public static TheoryData<ulong, int> LayoutsAndKills =>
        new MatrixTheoryData<ulong, int>(GpioLayouts, Enumerable.Range(0, 13));

    // Split and packed, with chains of one descriptor in the ring and of two.
    private static ulong[] GpioLayouts =>
    [
        VirtioDriver.DefaultFeatures, ulong.MaxValue, GpioFeatures.Interrupts,
        GpioFeatures.Interrupts | VirtioFeatures.RingPacked,
    ];

    private TransportBench Bench => _bench!;

    public void Dispose() => _bench?.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Lines_and_buffers_outlive_the_process(TransportKind kind, ulong features)
    {
        var guest = Start(kind, features);
        guest.Set(GpioMessage.SetDirection, 3, (uint)GpioDirection.Output);
        guest.Set(GpioMessage.SetValue, 3, 1);
        guest.Set(GpioMessage.SetValue, 4, 1);
        foreach (var line in (int[])[0, 1, 2])
        {
            guest.Set(GpioMessage.SetInterruptType, line, (uint)GpioInterruptType.BothEdges);
            guest.Unmask(line);
        }

        // The buffer of line 0 waits for longer than the rings go back, while others come and go in another order.
        var levels = new bool[3];
        for (var round = 0; round < 40; round++)
        {
            foreach (var line in round % 2 == 0 ? (int[])[2, 1] : [1, 2])
                Interrupt(guest, line, levels);
            if (round % 8 == 5)
                Restart();
        }

        Assert.True(_bank.IsHigh(3));
        Assert.Equal(GpioDirection.Output, _bank.DirectionOf(3));
        Assert.Equal((GpioStatus.Ok, (byte)1), guest.Ask(GpioMessage.GetValue, 3));
        Assert.Equal(GpioStatus.Ok, guest.Set(GpioMessage.SetValue, 3, 0));
        Assert.False(_bank.IsHigh(3));

        // What a line is to be once it is an output is known, too; and what has been kept can be given up.
        Assert.Equal(GpioStatus.Ok, guest.Set(GpioMessage.SetDirection, 4, (uint)GpioDirection.Output));
        Assert.True(_bank.IsHigh(4));
        Assert.Equal(GpioStatus.Ok, guest.Set(GpioMessage.SetDirection, 3, (uint)GpioDirection.None));
        Restart();
        Assert.Equal(GpioDirection.None, _bank.DirectionOf(3));
        Assert.True(_bank.IsHigh(4));
        Interrupt(guest, 0, levels);
        guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.None);
        Assert.Equal((0, Invalid), guest.AwaitEvent());
        guest.AssertNoEvent();

        void Interrupt(GpioGuest guest, int line, bool[] levels)
        {
            _bank.Drive(line, levels[line] = !levels[line]);
            Assert.Equal((line, Valid), guest.AwaitEvent());
            guest.Unmask(line);
            guest.AssertNoEvent();
        }
    }

    // Between any two words that are noted while a buffer is given back: the driver gets it once, with its status.
    [Theory]
    [MemberData(nameof(LayoutsAndKills))]
    public void Buffer_that_is_given_back_during_the_kill_comes_once(ulong features, int steps)
    {
        var guest = StartWithEdges(features);
        Kill(steps, () => _bank.Drive(1, high: true));
        TakeOver();
        Assert.Equal((1, Valid), guest.AwaitEvent());
        AssertAllInterruptOnce(guest, unmasked: [0, 2]);
    }

    [Theory]
    [MemberData(nameof(LayoutsAndKills))]
    public void Buffer_that_is_taken_during_the_kill_is_held_once(ulong features, int steps)
    {
        var guest = StartWithEdges(features);
        _bank.Drive(1, high: true);
        Assert.Equal((1, Valid), guest.AwaitEvent());
        Kill(steps, () => guest.Unmask(1));
        TakeOver();
        AssertAllInterruptOnce(guest, unmasked: [0, 1, 2]);
    }

    [Theory]
    [MemberData(nameof(LayoutsAndKills))]
    public void Buffer_that_is_refused_during_the_kill_comes_once(ulong features, int steps)
    {
        var guest = StartWithEdges(features);
        Kill(steps, () => guest.Unmask(1));
        TakeOver();
        Assert.Equal((1, Invalid), guest.AwaitEvent());
        AssertAllInterruptOnce(guest, unmasked: [0, 1, 2]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Requests_and_buffers_that_nobody_took_are_served(TransportKind kind, ulong features)
    {
        var guest = Start(kind, features);
        guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.RisingEdge);
        _bank.Drive(0, high: true);
        Bench.Kill();
        guest.Unmask(0);
        using var answered = new ManualResetEventSlim();
        var answer = default((GpioStatus, byte));
        var asking = new Thread(() =>
        {
            answer = guest.Ask(GpioMessage.GetValue, 0);
            answered.Set();
        });
        asking.Start();
        Assert.False(answered.IsSet);
        TakeOver();
        asking.Join();
        Assert.Equal((GpioStatus.Ok, (byte)1), answer);

        // The edge that was latched for the buffer is known.
        Assert.Equal((0, Valid), guest.AwaitEvent());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Request_that_was_under_way_is_done_again(TransportKind kind, ulong features)
    {
        var guest = Start(kind, features, stopTimeout: TimeSpan.Zero);
        guest.Set(GpioMessage.SetDirection, 3, (uint)GpioDirection.Output);

        // One that is left would be taken, and acknowledged, while the process is replaced.
        while (Bench.Guest.WaitForInterrupt(TimeSpan.Zero))
            Bench.Guest.TakeInterrupt();
        using var entered = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var hangs = 1;
        _bank.OutputChanged += (_, _) =>
        {
            if (Interlocked.Exchange(ref hangs, 0) == 0)
                return;
            entered.Set();
            gate.Wait(s_long);
        };
        var status = GpioStatus.Error;
        var asking = new Thread(() => status = guest.Set(GpioMessage.SetValue, 3, 1));
        asking.Start();
        Assert.True(entered.Wait(s_long));
        Bench.Kill();
        TakeOver();
        asking.Join();
        Assert.Equal(GpioStatus.Ok, status);
        Assert.True(_bank.IsHigh(3));
        Assert.Equal((GpioStatus.Ok, (byte)1), guest.Ask(GpioMessage.GetValue, 3));

        // The thread that a kill would have taken goes on here, and gives its lines up.
        gate.Set();
    }

    [Theory]
    [InlineData(GpioInterruptType.HighLevel, true)]
    [InlineData(GpioInterruptType.LowLevel, false)]
    public void Level_that_came_while_nobody_was_there_interrupts(GpioInterruptType type, bool active)
    {
        _bank.Drive(0, !active);
        var guest = Start(TransportKind.Mmio, ulong.MaxValue);
        guest.Set(GpioMessage.SetInterruptType, 0, (uint)type);
        guest.Unmask(0);
        guest.AssertNoEvent();
        Bench.Kill();
        _bank.Drive(0, active);
        TakeOver();
        Assert.Equal((0, Valid), guest.AwaitEvent());
        guest.Unmask(0);
        Assert.Equal((0, Valid), guest.AwaitEvent());
    }

    [Fact]
    public void Line_that_the_host_refuses_fails_until_it_is_to_be_had()
    {
        var guest = Start(TransportKind.PciMessages, ulong.MaxValue);
        guest.Set(GpioMessage.SetDirection, 3, (uint)GpioDirection.Output);
        guest.Set(GpioMessage.SetValue, 3, 1);
        guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.BothEdges);
        guest.Unmask(0);
        guest.AssertNoEvent();
        Bench.Kill();
        _bank.SetBusy(3, isBusy: true);
        TakeOver();
        Assert.Equal((GpioStatus.Error, (byte)0), guest.Ask(GpioMessage.GetValue, 3));
        Assert.Equal((GpioStatus.Error, (byte)0), guest.Ask(GpioMessage.GetDirection, 3));
        Assert.Equal(GpioStatus.Error, guest.Set(GpioMessage.SetValue, 3, 1));
        Assert.Equal(GpioStatus.Error, guest.Set(GpioMessage.SetDirection, 3, (uint)GpioDirection.Input));
        Assert.Equal(GpioStatus.Error, guest.Set(GpioMessage.SetInterruptType, 3, (uint)GpioInterruptType.BothEdges));
        _bank.Drive(0, high: true);
        Assert.Equal((0, Valid), guest.AwaitEvent());

        _bank.SetBusy(3, isBusy: false);
        Assert.Equal((GpioStatus.Ok, (byte)1), guest.Ask(GpioMessage.GetValue, 3));
        Assert.True(_bank.IsHigh(3));
        Assert.Equal(GpioDirection.Output, _bank.DirectionOf(3));
    }

    [Fact]
    public void Buffers_of_a_queue_that_was_taken_back_are_forgotten()
    {
        var guest = StartWithEdges(ulong.MaxValue);
        Bench.Memory.Span(0, 1)[0] = 0xee;
        guest.RenewEvents((GuestDriver)Bench.Guest);
        Restart();
        _bank.Drive(0, high: true);
        guest.AssertNoEvent();
        guest.Unmask(0);
        Assert.Equal((0, Valid), guest.AwaitEvent());

        // Also by the process that took over.
        guest.Unmask(1);
        guest.AssertNoEvent();
        Restart();
        guest.RenewEvents((GuestDriver)Bench.Guest);
        guest.Unmask(1);
        guest.AssertNoEvent();
        Assert.Equal(0xee, Bench.Memory.Span(0, 1)[0]);
    }

    [Fact]
    public void Driver_that_starts_anew_finds_nothing_of_what_was()
    {
        var guest = StartWithEdges(ulong.MaxValue);
        guest.Set(GpioMessage.SetDirection, 3, (uint)GpioDirection.Output);
        Restart();
        guest = new GpioGuest(Bench.Guest);
        Assert.Equal(GpioDirection.None, _bank.DirectionOf(3));
        guest.Set(GpioMessage.SetDirection, 4, (uint)GpioDirection.Output);
        Restart();
        Assert.Equal(GpioDirection.None, _bank.DirectionOf(3));
        Assert.Equal(GpioDirection.Output, _bank.DirectionOf(4));
        guest.Unmask(0);
        Assert.Equal((0, Invalid), guest.AwaitEvent());
        guest.AssertNoEvent();
    }

    [Fact]
    public void State_that_cannot_have_been_is_refused()
    {
        var guest = Start(TransportKind.Mmio, ulong.MaxValue);
        guest.Set(GpioMessage.SetDirection, 3, (uint)GpioDirection.Output);
        guest.Set(GpioMessage.SetValue, 3, 1);
        Bench.Kill();
        var state = MakeDevice().SaveState();
        foreach (var wrong in (byte[][])[[], [1], [0], [0, 1], [2, 1], [1, 2], [1, 1, 0]])
            Assert.False(MakeDevice().TryRestoreState(wrong));
        Assert.True(MakeDevice().TryRestoreState(state));
        Assert.False(new GpioDevice(_bank).TryRestoreState([1, 1]));

        // Of line 3: a direction, types and a status that there are not, an output that interrupts, a bit of another version.
        var word = _notes.Words[2 + (3 * 3)];
        foreach (var wrong in (ulong[])[3, 5 << 4, 9 << 4, 15 << 4, 3 << 8, 1 | (1 << 4), word | 1 << 10, word | 1UL << 63])
        {
            _notes.Words[2 + (3 * 3)] = wrong;
            Assert.False(MakeDevice().TryRestoreState([1, 1]));
            Assert.Equal(GpioDirection.None, _bank.DirectionOf(3));
        }

        Assert.False(Bench.TakeOver(MakeDevice(), Bench.LastState));
        Assert.Equal(DeviceStatus.None, Bench.Guest.Status);
        guest = new GpioGuest(Bench.Guest);
        Assert.Equal(GpioStatus.Ok, guest.Ask(GpioMessage.GetValue, 3).Status);
        Restart();
        Bench.Kill();
        _notes.Words[2 + (3 * 3)] = word;
        Assert.True(MakeDevice().TryRestoreState([1, 1]));
        Assert.True(_bank.IsHigh(3));
    }

    [Theory]
    [MemberData(nameof(QueueKinds.Layouts), MemberType = typeof(QueueKinds))]
    public void Damaged_notes_leave_a_device_that_can_be_reset(ulong features)
    {
        var random = new Random(1);
        var taken = 0;
        for (var i = 0; i < 200; i++)
        {
            var guest = new GpioGuest(Open(TransportKind.Mmio).Guest, features | GpioFeatures.Interrupts);
            guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.BothEdges);
            guest.Unmask(0);
            guest.AssertNoEvent();
            Bench.Kill();
            for (var j = random.Next(1, 4); j > 0; j--)
                _notes.Words[random.Next(_notes.Count)] = (ulong)random.NextInt64() & (ulong.MaxValue >> random.Next(64));
            _notes.Words[random.Next(2)] |= (ulong)random.Next(2) << 63;
            taken += Bench.TakeOver(MakeDevice(), Bench.LastState) ? 1 : 0;
            _bank.Drive(0, high: true);
            _bank.Drive(0, high: false);

            guest = new GpioGuest(Bench.Guest, features | GpioFeatures.Interrupts);
            Assert.Equal(GpioStatus.Ok, guest.Ask(GpioMessage.GetValue, 0).Status);
            guest.Unmask(1);
            Assert.Equal((1, Invalid), guest.AwaitEvent());
        }

        Assert.InRange(taken, 1, 199);
    }

    [Fact]
    public void Too_few_notes_are_refused()
    {
        Assert.Throws<ArgumentException>(
            () => new GpioDevice(_bank, new GpioDeviceOptions { Notes = new MemoryNotes(GpioDevice.NoteCount(5) - 1) }));
        _ = new GpioDevice(_bank, new GpioDeviceOptions { Lines = [2], Notes = new MemoryNotes(GpioDevice.NoteCount(1)) });
    }

    private GpioDevice MakeDevice() => new(_bank, new GpioDeviceOptions { QueueSize = 16, Notes = _notes });

    private TransportBench Open(TransportKind kind, TimeSpan? stopTimeout = null)
    {
        _bench?.Dispose();
        return _bench = new TransportBench(kind, MakeDevice(), stopTimeout, _journals);
    }

    private GpioGuest Start(TransportKind kind, ulong features, TimeSpan? stopTimeout = null) =>
        new(Open(kind, stopTimeout).Guest, features);

    // Lines 0 to 2 wait for edges, and other buffers have come and gone.
    private GpioGuest StartWithEdges(ulong features)
    {
        var guest = Start(TransportKind.Mmio, features);
        foreach (var line in (int[])[0, 1, 2])
        {
            guest.Set(GpioMessage.SetInterruptType, line, (uint)GpioInterruptType.RisingEdge);
            guest.Unmask(line);
        }

        guest.AssertNoEvent();
        return guest;
    }

    // Kills the process before the event queue's thread has come so far: before and after each word that it notes is a step.
    private void Kill(int steps, Action action)
    {
        // A process that is killed does not say any more that its device failed.
        _stateBeforeKill = Bench.LastState;
        _notes.Arm("gpio/events", steps);
        action();
        Assert.True(SpinWait.SpinUntil(() => _notes.IsDead || IsIdle(), s_long));
        Bench.Kill();
        _notes.Disarm();

        // All that there is to note has been noted: none is under way, and no position changes.
        bool IsIdle()
        {
            var before = _notes.StepsLeft;
            Thread.Sleep(50);
            return before != steps && _notes.StepsLeft == before;
        }
    }

    private void Restart()
    {
        Bench.Kill();
        TakeOver();
    }

    private void TakeOver() => Assert.True(Bench.TakeOver(MakeDevice(), _stateBeforeKill ?? Bench.LastState));

    private void AssertAllInterruptOnce(GpioGuest guest, int[] unmasked)
    {
        guest.AssertNoEvent();
        foreach (var line in (int[])[0, 1, 2])
        {
            if (!unmasked.Contains(line))
                guest.Unmask(line);
        }

        guest.AssertNoEvent();
        foreach (var line in (int[])[2, 0, 1])
        {
            _bank.Drive(line, high: false);
            _bank.Drive(line, high: true);
            Assert.Equal((line, Valid), guest.AwaitEvent());
        }

        guest.AssertNoEvent();
        Restart();
        guest.AssertNoEvent();
    }
}

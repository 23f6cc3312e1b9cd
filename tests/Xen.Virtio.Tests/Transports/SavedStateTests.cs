using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Tests.Support;
using Xen.Virtio.Transports.Core;

namespace Xen.Virtio.Tests.Transports;

/// <summary>A transport's state outlives the process, and a damaged one is refused as a whole.</summary>
public sealed class SavedStateTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    public static TheoryData<TransportKind> Kinds => new(Enum.GetValues<TransportKind>());

    public static TheoryData<TransportKind, bool> KindsAndOrders
    {
        get
        {
            var data = new TheoryData<TransportKind, bool>();
            foreach (var kind in Enum.GetValues<TransportKind>())
            {
                data.Add(kind, true);
                data.Add(kind, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndOrders))]
    public void Driver_does_not_notice_that_the_process_was_replaced(TransportKind kind, bool attachFirst)
    {
        var backend = new MemoryBackend(64);
        MemoryJournal[] journals = [new()];
        using var bench = new TransportBench(kind, new BlockDevice(backend), journals: journals);

        // Both kinds of queues, and around their end.
        bench.Driver.Start(attachFirst ? VirtioDriver.DefaultFeatures : ulong.MaxValue, queueSize: 16);
        for (var i = 0; i < 10; i++)
        {
            for (var j = 0; j <= i; j++)
                bench.AssertServes();
            bench.Kill();
            Assert.True(bench.TakeOver(new BlockDevice(backend), bench.LastState, attachFirst));
            Assert.Equal(bench.LastState!.Length, bench.Saved.SaveState().Length);
            DrainInterrupts(bench.Guest);
        }

        bench.AssertServes();
        Assert.Equal(1, journals[0].Clears);
    }

    [Theory]
    [MemberData(nameof(KindsAndOrders))]
    public void Request_that_was_under_way_is_served_by_the_next_process(TransportKind kind, bool isPacked)
    {
        var backend = new MemoryBackend(64);
        new Random(1).NextBytes(backend.Bytes);
        using var bench = new TransportBench(
            kind, new BlockDevice(backend), stopTimeout: TimeSpan.Zero, journals: [new MemoryJournal()]);
        bench.Driver.Start(isPacked ? ulong.MaxValue : VirtioDriver.DefaultFeatures);
        bench.AssertServes();
        DrainInterrupts(bench.Guest);

        var (entered, gate) = backend.HangReads();
        var read = new byte[512];
        var status = BlockRequestStatus.IoError;
        using var answered = new ManualResetEventSlim();
        var guest = new Thread(() =>
        {
            status = bench.Driver.Read(5, read);
            answered.Set();
        });
        guest.Start();
        Assert.True(entered.Wait(s_long));
        backend.DuringRead = null;
        bench.Kill();
        Assert.False(answered.IsSet);

        Assert.True(bench.TakeOver(new BlockDevice(backend), bench.LastState));
        Assert.True(answered.Wait(s_long));
        guest.Join();
        Assert.Equal(BlockRequestStatus.Ok, status);
        Assert.Equal(backend.Bytes.AsSpan(5 * 512, 512).ToArray(), read);
        gate.Set();
        DrainInterrupts(bench.Guest);
        bench.AssertServes();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Driver_is_interrupted_for_all_that_it_may_have_missed(TransportKind kind)
    {
        using var bench = new TransportBench(kind, new RecordingDevice(2));
        bench.Guest.Negotiate();
        bench.Guest.SetUpQueue(0);
        bench.Guest.SetUpQueue(1);
        bench.Guest.SetDriverOk();
        var generation = bench.Guest.ConfigGeneration;
        bench.Kill();
        Assert.True(bench.TakeOver(new RecordingDevice(2), bench.LastState));

        Assert.True(bench.Guest.WaitForInterrupt(TimeSpan.Zero));
        Assert.Equal(InterruptCauses.UsedBuffer | InterruptCauses.ConfigChange, bench.Guest.TakeInterrupt());
        Assert.NotEqual(generation, bench.Guest.ConfigGeneration);
    }

    [Fact]
    public void State_of_the_device_is_part_of_it()
    {
        var backend = new MemoryBackend(64);
        using var bench = new TransportBench(TransportKind.PciMessages, new BlockDevice(backend));
        bench.Driver.Start();
        var mode = new byte[1];
        Assert.True(bench.Guest.TryReadConfig(BlockLayout.WritebackOffset, mode));
        var changed = (byte)(mode[0] ^ 1);
        Assert.True(bench.Guest.TryWriteConfig(BlockLayout.WritebackOffset, [changed]));
        bench.Kill();
        Assert.True(bench.TakeOver(new BlockDevice(backend), bench.LastState));
        bench.Guest.TryReadConfig(BlockLayout.WritebackOffset, mode);
        Assert.Equal(changed, mode[0]);
    }

    // The process may die between any two register writes.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Driver_goes_on_wherever_it_had_come_to(TransportKind kind)
    {
        Action<VirtioDriver>[] steps =
        [
            guest => guest.Status = DeviceStatus.Acknowledge,
            guest => guest.Status |= DeviceStatus.Driver,
            guest => guest.WriteFeatures(VirtioFeatures.Version1 | 1UL << 9),
            guest => guest.Status |= DeviceStatus.FeaturesOk,
            guest => guest.SetUpQueue(0),
            guest => guest.SetUpQueue(2, 8),
            guest => guest.SelectedQueue = 1,
            guest => guest.WriteQueue(16, 0x10000, 0x11000, 0x12000),
            guest => guest.MakeQueueReady(),
            guest => guest.SetDriverOk(),
        ];
        for (var dies = 0; dies <= steps.Length; dies++)
        {
            using var bench = new TransportBench(kind, new RecordingDevice(3));
            bench.Guest.Reset();
            for (var i = 0; i < dies; i++)
                steps[i](bench.Guest);
            var status = bench.Guest.Status;
            bench.Kill();
            var device = new RecordingDevice(3);
            Assert.True(bench.TakeOver(device, bench.LastState));
            Assert.Equal(status, bench.Guest.Status);
            for (var i = dies; i < steps.Length; i++)
                steps[i](bench.Guest);

            Assert.Equal(VirtioFeatures.Version1 | (1UL << 9), device.Activated);
            Assert.Equal(3, device.Running.Count);
            Assert.Equal(8, device.Running[2].Resources.Config.Size);
            Assert.Equal(0x11000ul, device.Running[1].Resources.Config.AvailableRing);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reset_that_was_under_way_is_done_in_the_next_process(TransportKind kind)
    {
        var backend = new MemoryBackend(64);
        using var bench = new TransportBench(kind, new BlockDevice(backend), stopTimeout: TimeSpan.Zero);
        bench.Driver.Start();
        var (entered, gate) = backend.HangReads();
        var header = bench.Guest.Allocator.Allocate(BlockRequestHeader.Size);
        new BlockRequestHeader(BlockRequestType.In, 0).Format(bench.Memory.Span(header, BlockRequestHeader.Size));
        bench.Driver.Queue.Add(
            new(header, BlockRequestHeader.Size, false), new(bench.Guest.Allocator.Allocate(513), 513, true));
        bench.Guest.Notify(0);
        Assert.True(entered.Wait(s_long));
        bench.Guest.Reset();
        Assert.Equal(DeviceStatus.NeedsReset, bench.Guest.Status);

        bench.Kill();
        backend.DuringRead = null;
        Assert.True(bench.TakeOver(new BlockDevice(backend), bench.LastState));
        Assert.Equal(DeviceStatus.None, bench.Guest.Status);
        bench.Driver.Start();
        bench.AssertServes();
        gate.Set();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Queue_whose_memory_is_gone_is_told_to_the_driver(TransportKind kind)
    {
        using var bench = new TransportBench(kind, new RecordingDevice(1));
        bench.Guest.Negotiate();
        bench.Guest.SetUpQueue(0);
        bench.Guest.SetDriverOk();
        bench.Kill();
        bench.Memory.Disconnect();
        Assert.True(bench.TakeOver(new RecordingDevice(1), bench.LastState));
        Assert.True(bench.Guest.Status.HasFlag(DeviceStatus.NeedsReset));
        Assert.True(bench.Guest.WaitForInterrupt(TimeSpan.Zero));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Device_that_needs_a_reset_still_needs_it(TransportKind kind)
    {
        var device = new RecordingDevice(1);
        using var bench = new TransportBench(kind, device);
        bench.Guest.Negotiate();
        bench.Guest.SetUpQueue(0);
        bench.Guest.SetDriverOk();
        device.Running[0].Resources.Host.SignalNeedsReset();
        Assert.True(SpinWait.SpinUntil(() => bench.StateChanges > 0 && IsSaved(bench), s_long));
        bench.Kill();
        var next = new RecordingDevice(1);
        Assert.True(bench.TakeOver(next, bench.LastState));
        Assert.True(bench.Guest.Status.HasFlag(DeviceStatus.NeedsReset));
        Assert.Empty(next.Running);
        Assert.True(bench.Guest.WaitForInterrupt(TimeSpan.Zero));

        static bool IsSaved(TransportBench bench) => bench.LastState.AsSpan().SequenceEqual(bench.Saved.SaveState());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void State_of_another_device_transport_or_life_is_refused(TransportKind kind)
    {
        var state = StateOfRunningDevice(kind, queues: 2);
        foreach (var other in Enum.GetValues<TransportKind>())
        {
            using var bench = new TransportBench(other, new RecordingDevice(2));
            bench.Kill();
            Assert.Equal(
                (other == TransportKind.Mmio) == (kind == TransportKind.Mmio),
                bench.TakeOver(new RecordingDevice(2), state));
            Assert.Equal(bench.Saved.SaveState().Length == state.Length,
                (other == TransportKind.Mmio) == (kind == TransportKind.Mmio));
        }

        using var fewer = new TransportBench(kind, new RecordingDevice(1));
        fewer.Kill();
        Assert.False(fewer.TakeOver(new RecordingDevice(1), state));

        using var used = new TransportBench(kind, new RecordingDevice(2));
        used.Guest.Status = DeviceStatus.Acknowledge;
        Assert.False(used.Saved.TryRestoreState(state));
        Assert.Equal(DeviceStatus.Acknowledge, used.Guest.Status);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Damage_anywhere_is_noticed(TransportKind kind)
    {
        var state = StateOfRunningDevice(kind, queues: 2);
        var device = new RecordingDevice(2);
        using var bench = new TransportBench(kind, device);
        for (var i = 0; i < state.Length; i++)
        {
            var damaged = (byte[])state.Clone();
            damaged[i] ^= (byte)(1 << (i % 8));
            Assert.False(bench.Saved.TryRestoreState(damaged));
            Assert.False(bench.Saved.TryRestoreState(state.AsSpan(0, i)));
        }

        Assert.False(bench.Saved.TryRestoreState([.. state, 0]));
        Assert.Equal(DeviceStatus.None, bench.Guest.Status);
        Assert.Null(device.Activated);
    }

    // The checksum is right: every field must be looked at.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Impossible_state_is_refused_and_a_possible_one_leaves_a_device_that_can_be_reset(TransportKind kind)
    {
        var random = new Random(1);
        var state = StateOfRunningDevice(kind, queues: 2);
        var taken = 0;
        var memory = TransportBench.CreateMemory();
        for (var i = 0; i < 1000; i++)
        {
            var changed = (byte[])state.Clone();
            for (var j = random.Next(1, 4); j > 0; j--)
                changed[random.Next(changed.Length - sizeof(ulong))] = (byte)random.Next(256);
            BitConverter.TryWriteBytes(
                changed.AsSpan(changed.Length - sizeof(ulong)),
                StateWriter.Checksum(changed.AsSpan(0, changed.Length - sizeof(ulong))));

            var device = new RecordingDevice(2);
            using var bench = new TransportBench(kind, device, memory: memory);
            var before = bench.Saved.SaveState();
            bench.Kill();
            if (bench.TakeOver(device = new RecordingDevice(2), changed))
            {
                taken++;
                Assert.True(device.Activated is null || (device.Activated & VirtioFeatures.Version1) != 0);
            }
            else
            {
                Assert.Null(device.Activated);
                Assert.Equal(DeviceStatus.None, bench.Mmio?.Status ?? bench.Pci!.Status);
            }

            if (bench.Guest is PciGuestDriver pci)
                pci.Probe();
            bench.Guest.Negotiate();
            Assert.Equal(before.Length, bench.Saved.SaveState().Length);
        }

        Assert.InRange(taken, 1, 999);
    }

    // Who saves takes a lock of its own, and another thread may have it and ask for the state.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Changes_are_told_outside_of_locks(TransportKind kind)
    {
        using var bench = new TransportBench(kind, new RecordingDevice(2));
        var saved = new List<byte[]>();
        bench.Saved.StateChanged += (_, _) => saved.Add(Task.Run(bench.Saved.SaveState).WaitAsync(s_long).Result);
        (bench.Guest as PciGuestDriver)?.Probe();
        bench.Guest.Negotiate();
        bench.Guest.SetUpQueue(0);
        bench.Guest.SetDriverOk();
        Assert.NotEmpty(saved);
        Assert.Equal(saved[^1], bench.Saved.SaveState());
    }

    private static byte[] StateOfRunningDevice(TransportKind kind, int queues)
    {
        using var bench = new TransportBench(kind, new RecordingDevice(queues));
        bench.Guest.Negotiate();
        for (var i = 0; i < queues; i++)
            bench.Guest.SetUpQueue(i);
        bench.Guest.SetDriverOk();
        return bench.LastState!;
    }

    private static void DrainInterrupts(VirtioDriver guest)
    {
        while (guest.WaitForInterrupt(TimeSpan.Zero))
            guest.TakeInterrupt();
    }
}

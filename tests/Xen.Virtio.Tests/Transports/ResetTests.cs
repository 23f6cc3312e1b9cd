using System;
using System.Linq;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Tests.Support;
using Xen.Virtio.Transports.Mmio;

namespace Xen.Virtio.Tests.Transports;

/// <summary>
/// A reset while the host is busy with a request: the guest's memory belongs to the guest again after it.
/// </summary>
public sealed class ResetTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    [Fact]
    public void Reset_waits_for_the_request_under_way_and_drops_its_completion()
    {
        var backend = new MemoryBackend(64);
        using var bench = new BlockBench(backend, mmio: new VirtioMmioOptions { StopTimeout = s_long });
        bench.Driver.Start();
        var (entered, gate) = backend.HangReads();
        var answer = BeginRead(bench, entered);
        var queue = bench.Driver.SplitQueue;

        // The only wait in a reset is the one for the worker: once it sleeps, it sleeps until the gate is open.
        var reset = new Thread(bench.Guest.Reset);
        reset.Start();
        Assert.True(SpinWait.SpinUntil(() => !reset.IsAlive || IsAsleep(reset), s_long));
        Assert.False(reset.Join(TimeSpan.FromMilliseconds(100)));
        Assert.True(IsAsleep(reset));

        // Other processors are answered meanwhile, and one that resets, too, does not wait once more.
        Assert.Equal(DeviceStatus.NeedsReset, bench.Guest.Status);
        bench.Guest.WriteRegister(MmioRegister.Status, 0);
        Assert.Equal(DeviceStatus.NeedsReset, bench.Guest.Status);
        Assert.True(reset.IsAlive);
        gate.Set();
        Assert.True(reset.Join(s_long));

        Assert.Equal(DeviceStatus.None, bench.Guest.Status);
        Assert.Equal(0, queue.DeviceUsedIndex);
        Assert.False(bench.Line.IsAsserted);
        Assert.Equal(0xee, bench.Memory.Span(answer, 513)[512]);

        backend.DuringRead = null;
        bench.Driver.Start();
        bench.AssertServes();
    }

    [Fact]
    public void Reset_that_takes_too_long_is_pending_until_the_request_has_ended()
    {
        var backend = new MemoryBackend(64);
        using var bench = new BlockBench(backend, mmio: new VirtioMmioOptions { StopTimeout = TimeSpan.Zero });
        bench.Driver.Start();
        var (entered, gate) = backend.HangReads();
        BeginRead(bench, entered);
        var queue = bench.Driver.SplitQueue;

        // As Linux does it: no polling, straight on to the next driver. It must fail, not half work.
        bench.Guest.Reset();
        Assert.Equal(DeviceStatus.NeedsReset, bench.Guest.Status);
        Assert.Equal(1u, bench.Guest.ReadRegister(MmioRegister.QueueReady));
        Assert.Throws<InvalidOperationException>(() => bench.Guest.Negotiate());
        bench.Guest.WriteRegister(MmioRegister.QueueReady, 1);
        bench.Guest.SetDriverOk();
        Assert.Equal(DeviceStatus.NeedsReset, bench.Guest.Status);

        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => bench.Guest.Status == DeviceStatus.None, s_long));
        Assert.Equal(0, queue.DeviceUsedIndex);
        backend.DuringRead = null;
        bench.Driver.Start();
        bench.AssertServes();
    }

    [Fact]
    public void Queue_that_is_taken_back_reads_ready_until_it_has_stopped()
    {
        var backend = new MemoryBackend(64);
        using var bench = new BlockBench(backend, mmio: new VirtioMmioOptions { StopTimeout = TimeSpan.Zero });
        bench.Driver.Start();
        var (entered, gate) = backend.HangReads();
        BeginRead(bench, entered);
        bench.Guest.WriteRegister(MmioRegister.QueueReady, 0);
        Assert.Equal(1u, bench.Guest.ReadRegister(MmioRegister.QueueReady));

        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => bench.Guest.ReadRegister(MmioRegister.QueueReady) == 0, s_long));
        backend.DuringRead = null;
    }

    [Fact]
    public void Long_request_ends_soon_after_a_reset()
    {
        var backend = new MemoryBackend(16 << 11);
        using var bench = new BlockBench(backend, mmio: new VirtioMmioOptions { StopTimeout = TimeSpan.Zero });
        bench.Driver.Start();
        var pieces = 0;
        using var entered = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        backend.DuringRead = () =>
        {
            pieces++;
            entered.Set();
            gate.Wait();
        };
        var header = bench.PlaceHeader(BlockRequestType.In, 0);
        var data = bench.PlaceBuffer(6 << 20);
        bench.Driver.Queue.Add(new(header, 16, false), new(data, 6 << 20, true), new(bench.PlaceBuffer(1), 1, true));
        bench.Guest.Notify(0);
        Assert.True(entered.Wait(s_long));
        bench.Guest.Reset();
        gate.Set();

        Assert.True(SpinWait.SpinUntil(() => bench.Guest.Status == DeviceStatus.None, s_long));
        Assert.Equal(1, pieces);
    }

    // Every request has zeros to write unless all its data has been written: up to 4 GiB of them.
    [Theory]
    [InlineData(99, 16)]
    [InlineData((int)BlockRequestType.In, 15)]
    public void Zeros_of_a_failed_request_end_soon_after_a_stop(int type, uint headerLength)
    {
        const ulong Header = 0x8000;
        const ulong Data = 1 << 20;
        var plain = new PlainGuestMemory(4 << 20);
        new BlockRequestHeader((BlockRequestType)type, 0).Format(plain.Span(Header, BlockRequestHeader.Size));
        IRunningQueue? running = null;
        var pieces = 0;
        var memory = new ObservedGuestMemory(plain, (address, _) =>
        {
            if (address >= Data && ++pieces == 2)
                running!.RequestStop();
        });
        var driver = new GuestQueue(plain, new GuestAllocator(0x1000, 0x4000), 64);
        var device = new BlockDevice(new MemoryBackend(64));
        running = device.StartQueue(
            0, new QueueResources(driver.Config, memory, new DeafHost(), new LogRateLimiter(), new LogRateLimiter()));

        var chain = new GuestBuffer[33];
        chain[0] = new GuestBuffer(Header, headerLength, false);
        Array.Fill(chain, new GuestBuffer(Data, 2 << 20, true), 1, 32);
        driver.Add(chain);
        running.Ring();

        Assert.True(running.WaitStopped(s_long));
        Assert.Equal(2, pieces);
        Assert.Equal(0, driver.DeviceUsedIndex);
    }

    [Fact]
    public void Resets_that_wait_in_vain_do_not_flood_the_log()
    {
        var logger = new ListLogger();
        var backend = new MemoryBackend(64);
        using var bench = new BlockBench(
            backend, mmio: new VirtioMmioOptions { StopTimeout = TimeSpan.Zero }, logger: logger);
        bench.Driver.Start();
        var (entered, gate) = backend.HangReads();
        BeginRead(bench, entered);
        for (var i = 0; i < 1000; i++)
            bench.Guest.Reset();
        gate.Set();

        // A burst for each interval that the loop may take.
        Assert.InRange(logger.Lines.Count(l => l.Level == LogLevel.Error), 1, 5 * LogRateLimiter.Burst);
    }

    [Fact]
    public void Dispose_does_not_wait_for_ever()
    {
        var backend = new MemoryBackend(64);
        var bench = new BlockBench(backend, mmio: new VirtioMmioOptions { StopTimeout = TimeSpan.Zero });
        bench.Driver.Start();
        var (entered, gate) = backend.HangReads();
        BeginRead(bench, entered);
        var queue = bench.Driver.SplitQueue;

        bench.Dispose();
        gate.Set();
        Assert.Equal(0, queue.DeviceUsedIndex);
    }

    private static bool IsAsleep(Thread thread) => (thread.ThreadState & ThreadState.WaitSleepJoin) != 0;

    private static ulong BeginRead(BlockBench bench, ManualResetEventSlim entered)
    {
        var header = bench.PlaceHeader(BlockRequestType.In, 0);
        var answer = bench.PlaceBuffer(513);
        bench.Driver.Queue.Add(new GuestBuffer(header, 16, false), new GuestBuffer(answer, 513, true));
        bench.Guest.Notify(0);
        Assert.True(entered.Wait(s_long));
        return answer;
    }

    private sealed class DeafHost : IQueueHost
    {
        public void SignalUsed()
        {
        }

        public void SignalNeedsReset()
        {
        }
    }
}

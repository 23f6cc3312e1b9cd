using System;
using System.Threading;
using System.Threading.Tasks;
using Xen.Testing.Virtio;
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
    public async Task Reset_waits_for_the_request_under_way_and_drops_its_completion()
    {
        var backend = new MemoryBackend(64);
        using var bench = new BlockBench(backend, mmio: new VirtioMmioOptions { StopTimeout = s_long });
        bench.Driver.Start();
        var (entered, gate) = backend.HangReads();
        var answer = BeginRead(bench, entered);
        var queue = bench.Driver.Queue;

        var reset = Task.Run(bench.Guest.Reset, TestContext.Current.CancellationToken);
        while (reset.Status != TaskStatus.Running)
            await Task.Yield();
        gate.Set();
        await reset;

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
        var queue = bench.Driver.Queue;

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

    [Fact]
    public void Dispose_does_not_wait_for_ever()
    {
        var backend = new MemoryBackend(64);
        var bench = new BlockBench(backend, mmio: new VirtioMmioOptions { StopTimeout = TimeSpan.Zero });
        bench.Driver.Start();
        var (entered, gate) = backend.HangReads();
        BeginRead(bench, entered);
        var queue = bench.Driver.Queue;

        bench.Dispose();
        gate.Set();
        Assert.Equal(0, queue.DeviceUsedIndex);
    }

    private static ulong BeginRead(BlockBench bench, ManualResetEventSlim entered)
    {
        var header = bench.PlaceHeader(BlockRequestType.In, 0);
        var answer = bench.PlaceBuffer(513);
        bench.Driver.Queue.Add(new GuestBuffer(header, 16, false), new GuestBuffer(answer, 513, true));
        bench.Guest.Notify(0);
        Assert.True(entered.Wait(s_long));
        return answer;
    }
}

using System;
using System.Threading;
using Xen.Machine;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Queues;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

public sealed class QueueWorkerTests : IDisposable
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    private readonly PlainGuestMemory _memory = new(1 << 20);
    private readonly GuestQueue _driver;
    private readonly Host _host = new();
    private readonly LogRateLimiter _guestLog = new();
    private readonly LogRateLimiter _faultLog = new();

    public QueueWorkerTests() => _driver = new GuestQueue(_memory, new GuestAllocator(0x1000, 0x4000), 8);

    private QueueResources Resources => new(_driver.Config, _memory, _host, _guestLog, _faultLog);

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Buffers_that_wait_when_the_queue_starts_are_served_without_a_notification()
    {
        _driver.Add(new GuestBuffer(0x8000, 4, true));
        var worker = QueueWorker.Start("test", Resources, new Handler(() => 4u));

        Assert.True(_host.Used.Wait(s_long));
        Assert.True(_driver.TryTakeUsed(out var used));
        Assert.Equal(4u, used.Length);
        Stop(worker);
    }

    [Fact]
    public void V2_failure_of_the_handler_gives_the_chain_back_and_needs_a_reset()
    {
        var logger = new ListLogger();
        var head = _driver.Add(new GuestBuffer(0x8000, 4, true));
        _driver.Add(new GuestBuffer(0x8000, 4, true));
        var worker = QueueWorker.Start(
            "test", Resources, new Handler(() => throw new InvalidOperationException("a bug")), logger);

        Assert.True(_host.NeedsReset.Wait(s_long));
        Assert.True(worker.WaitStopped(s_long));
        Assert.True(_driver.TryTakeUsed(out var used));
        Assert.Equal(new UsedElement(head, 0), used);
        Assert.False(_driver.TryTakeUsed(out _));
        worker.Ring();
        worker.RequestStop();
        Assert.NotEmpty(logger.Lines);
    }

    [Fact]
    public void Workers_of_one_device_share_a_burst_of_failures()
    {
        var logger = new ListLogger();
        _driver.Add(new GuestBuffer(0x8000, 4, true));
        for (var i = 0; i < 100; i++)
        {
            var worker = QueueWorker.Start(
                "test", Resources, new Handler(() => throw new InvalidOperationException("a bug")), logger);
            Assert.True(worker.WaitStopped(s_long));
        }

        // A burst for each interval that the loop may take.
        Assert.InRange(logger.Lines.Count, 1, 5 * LogRateLimiter.Burst);
    }

    [Fact]
    public void Nothing_is_given_back_after_the_stop_was_requested()
    {
        using var entered = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        _driver.Add(new GuestBuffer(0x8000, 4, true));
        var worker = QueueWorker.Start("test", Resources, new Handler(() =>
        {
            entered.Set();
            gate.Wait();
            return 4u;
        }));
        Assert.True(entered.Wait(s_long));
        worker.RequestStop();
        Assert.False(worker.WaitStopped(TimeSpan.Zero));
        gate.Set();

        Assert.True(worker.WaitStopped(s_long));
        Assert.False(_driver.TryTakeUsed(out _));
        Assert.Equal(0, _host.Used.CurrentCount);
    }

    [Fact]
    public void Interrupt_is_not_raised_while_the_driver_does_not_want_it()
    {
        _driver.SetInterruptsWanted(false);
        using var handled = new SemaphoreSlim(0);
        var worker = QueueWorker.Start("test", Resources, new Handler(() =>
        {
            handled.Release();
            return 0u;
        }));
        for (var i = 0; i < 3; i++)
        {
            _driver.Add(new GuestBuffer(0x8000, 4, true));
            worker.Ring();
            Assert.True(handled.Wait(s_long));
        }

        Stop(worker);
        Assert.Equal(0, _host.Used.CurrentCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void No_notification_and_no_interrupt_is_lost(int depth)
    {
        const int Total = 30_000;
        var worker = QueueWorker.Start("test", Resources, new Handler(() => 1u));
        var added = 0;
        var done = 0;
        while (done < Total)
        {
            while (added < Total && _driver.InFlight < depth)
            {
                _driver.Add(new GuestBuffer(0x8000, 4, true));
                added++;
                if (_driver.DeviceWantsNotification)
                    worker.Ring();
            }

            while (_driver.TryTakeUsed(out _))
                done++;

            // As a driver does that polls under load: interrupts only when there is nothing to do.
            if (_driver.InFlight == depth && !_driver.SetInterruptsWanted(true))
                Assert.True(_host.Used.Wait(s_long), $"hangs at {done} of {added}");
            _driver.SetInterruptsWanted(false);
        }

        Stop(worker);
        Assert.Equal(Total, done);
    }

    private static void Stop(QueueWorker worker)
    {
        worker.RequestStop();
        Assert.True(worker.WaitStopped(s_long));
    }

    private sealed class Host : IQueueHost, IDisposable
    {
        public SemaphoreSlim Used { get; } = new(0);

        public ManualResetEventSlim NeedsReset { get; } = new();

        public void SignalUsed() => Used.Release();

        public void SignalNeedsReset() => NeedsReset.Set();

        public void Dispose()
        {
            Used.Dispose();
            NeedsReset.Dispose();
        }
    }

    private sealed class Handler(Func<uint> handle) : IChainHandler
    {
        public uint Handle(DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping) => handle();

        public void Rejected(ChainFault fault)
        {
        }
    }
}

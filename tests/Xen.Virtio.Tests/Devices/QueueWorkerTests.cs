using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Machine;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;
using Xen.Virtio.Tests.Queues;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

public sealed class QueueWorkerTests : IDisposable
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    private readonly PlainGuestMemory _memory = new(1 << 20);
    private IGuestQueue _driver = null!;
    private readonly Host _host = new();
    private readonly LogRateLimiter _guestLog = new();
    private readonly LogRateLimiter _faultLog = new();

    public QueueWorkerTests() => Lay(0);

    private QueueResources Resources =>
        new(_driver.Config, _memory, _host, _guestLog, _faultLog) { Features = _driver.Features };

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
    [MemberData(nameof(QueueKinds.All), MemberType = typeof(QueueKinds))]
    public void No_notification_and_no_interrupt_is_lost(ulong features)
    {
        foreach (var depth in (int[])[1, 8])
        {
            foreach (var neverWaits in (bool[])[false, true])
                RunToAndFro(features, depth, neverWaits, default);
        }
    }

    [Theory]
    [MemberData(nameof(QueueKinds.Layouts), MemberType = typeof(QueueKinds))]
    public void Worker_that_polls_for_a_while_loses_nothing_either(ulong features) =>
        RunToAndFro(features, 2, false, TimeSpan.FromMilliseconds(0.05));

    [Fact]
    public void Worker_that_polls_is_stopped_and_ends_when_the_memory_is_gone()
    {
        var forever = TimeSpan.FromDays(1);
        var worker = QueueWorker.Start("test", Resources, new Handler(() => 1u), null, forever);
        _driver.Add(new GuestBuffer(0x8000, 4, true));
        Assert.True(_host.Used.Wait(s_long));
        Stop(worker);

        worker = QueueWorker.Start("test", Resources, new Handler(() => 1u), null, forever);
        _memory.Disconnect();
        Assert.True(_host.NeedsReset.Wait(s_long));
        Assert.True(worker.WaitStopped(s_long));
    }

    // All is available before the worker starts, so how many it sees at once is known.
    [Theory]
    [MemberData(nameof(QueueKinds.All), MemberType = typeof(QueueKinds))]
    public void Chains_of_a_handler_that_never_waits_share_an_interrupt(ulong features)
    {
        const int Chains = 40;
        Lay(features, 64);
        _driver.SetInterruptsWanted(true);
        for (var i = 0; i < Chains; i++)
            _driver.Add(new GuestBuffer(0x8000, 4, true));
        var worker = QueueWorker.Start("test", Resources, new Handler(() => 1u) { NeverWaits = true });
        TakeUsed(Chains);
        Stop(worker);

        // With event indices the driver asks for one, and does not ask again.
        var hasEventIndex = (features & VirtioFeatures.EventIndex) != 0;
        Assert.Equal(
            hasEventIndex ? 1 : (Chains + QueueWorker.MaxCoalesced - 1) / QueueWorker.MaxCoalesced,
            _host.Used.CurrentCount);
    }

    // The second one would be waited for without end.
    [Theory]
    [MemberData(nameof(QueueKinds.All), MemberType = typeof(QueueKinds))]
    public void Completion_does_not_wait_for_a_handler_that_may_wait(ulong features)
    {
        Lay(features);
        _driver.SetInterruptsWanted(true);
        using var gate = new ManualResetEventSlim();
        var served = 0;
        _driver.Add(new GuestBuffer(0x8000, 4, true));
        _driver.Add(new GuestBuffer(0x8000, 4, true));
        var worker = QueueWorker.Start("test", Resources, new Handler(() =>
        {
            if (++served == 2)
                gate.Wait();
            return 1u;
        }));
        Assert.True(_host.Used.Wait(s_long));
        Assert.True(_driver.TryTakeUsed(out _));
        gate.Set();
        Stop(worker);
    }

    [Theory]
    [MemberData(nameof(QueueKinds.Layouts), MemberType = typeof(QueueKinds))]
    public void V1_malformed_chain_is_given_back_unserved_and_the_next_is_served(ulong features)
    {
        Lay(features);
        var handler = new Handler(() => 1u);
        var malformed = _driver.AddDescriptors(
            new Descriptor(0x8000, 1, DescriptorFlags.Write, 0), new Descriptor(0x8000, 1, 0, 0));
        var good = _driver.Add(new GuestBuffer(0x8000, 4, true));
        var worker = QueueWorker.Start("test", Resources, handler);
        Assert.Equal([new UsedElement(malformed, 0), new UsedElement(good, 1)], TakeUsed(2));
        Stop(worker);
        Assert.Equal([ChainFault.ReadableAfterWritable], handler.Faults);
    }

    [Fact]
    public void V1_head_that_names_nothing_is_skipped_and_the_next_is_served()
    {
        var handler = new Handler(() => 1u);
        var split = (GuestQueue)_driver;
        split.MakeAvailable(8);
        split.MakeAvailable(ushort.MaxValue);
        var good = split.Add(new GuestBuffer(0x8000, 4, true));
        var worker = QueueWorker.Start("test", Resources, handler);
        Assert.Equal([new UsedElement(good, 1)], TakeUsed(1));
        Stop(worker);
        Assert.Equal([ChainFault.HeadOutOfRange, ChainFault.HeadOutOfRange], handler.Faults);
    }

    // Malformed chains without end, on a ring whose slots the guest makes available again and again.
    [Fact]
    public void V3_worker_that_gets_nothing_but_malformed_chains_can_be_stopped()
    {
        var handler = new Handler(() => 1u);
        var split = (GuestQueue)_driver;
        using var seen = new SemaphoreSlim(0);
        handler.Rejecting = () =>
        {
            split.MakeAvailable(0);
            seen.Release();
        };
        for (var i = 0; i < 8; i++)
            split.WriteDescriptor(i, new Descriptor(0x8000, 1, DescriptorFlags.Next, (ushort)i));
        split.MakeAvailable(0);
        var worker = QueueWorker.Start("test", Resources, handler);
        for (var i = 0; i < 1000; i++)
            Assert.True(seen.Wait(s_long));
        Stop(worker);
        Assert.False(_host.NeedsReset.IsSet);
    }

    [Fact]
    public void V4_index_that_runs_away_needs_a_reset_and_nothing_is_served()
    {
        var served = 0;
        ((GuestQueue)_driver).WriteAvailableIndex(9);
        var worker = QueueWorker.Start("test", Resources, new Handler(() => (uint)++served));
        Assert.True(_host.NeedsReset.Wait(s_long));
        Assert.True(worker.WaitStopped(s_long));
        ((GuestQueue)_driver).WriteAvailableIndex(1);
        worker.Ring();
        Assert.Equal(0, served);
        Assert.Equal(0, _host.Used.CurrentCount);
    }

    [Theory]
    [MemberData(nameof(QueueKinds.Layouts), MemberType = typeof(QueueKinds))]
    public void Worker_goes_on_where_the_one_of_a_killed_process_has_ended(ulong features)
    {
        Lay(features);
        var journal = new MemoryJournal();
        var resources = Resources with { Journal = journal };
        var worker = QueueWorker.Start("test", resources, new Handler(() => 1u));
        _driver.Add(new GuestBuffer(0x8000, 4, true));
        worker.Ring();
        TakeUsed(1);
        Stop(worker);
        while (_host.Used.Wait(0))
        {
            // Interrupts of the first process.
        }

        // Killed when the driver could see the chain, and had not been interrupted.
        var done = _driver.Add(new GuestBuffer(0x8000, 4, true));
        journal.SavesUntilKilled = (features & VirtioFeatures.RingPacked) != 0 ? 2 : 1;
        worker = QueueWorker.Start("test", resources, new Handler(() => 2u));
        Assert.True(worker.WaitStopped(s_long));
        journal.SavesUntilKilled = -1;
        while (_host.Used.Wait(0))
        {
            // The interrupt of its start.
        }

        worker = QueueWorker.Start("test", resources, new Handler(() => 3u));
        Assert.True(_host.Used.Wait(s_long));
        Assert.Equal([new UsedElement(done, 2)], TakeUsed(1));
        var next = _driver.Add(new GuestBuffer(0x8000, 4, true));
        worker.Ring();
        Assert.Equal([new UsedElement(next, 3)], TakeUsed(1));
        Stop(worker);
    }

    [Theory]
    [MemberData(nameof(QueueKinds.Layouts), MemberType = typeof(QueueKinds))]
    public void Chain_that_was_under_way_at_the_stop_is_served_again_by_the_next_worker(ulong features)
    {
        Lay(features);
        var resources = Resources with { Journal = new MemoryJournal() };
        using var entered = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var head = _driver.Add(new GuestBuffer(0x8000, 4, true));
        var worker = QueueWorker.Start("test", resources, new Handler(() =>
        {
            entered.Set();
            gate.Wait();
            return 1u;
        }));
        Assert.True(entered.Wait(s_long));
        worker.RequestStop();
        gate.Set();
        Assert.True(worker.WaitStopped(s_long));

        worker = QueueWorker.Start("test", resources, new Handler(() => 2u));
        Assert.Equal([new UsedElement(head, 2)], TakeUsed(1));
        Stop(worker);
    }

    private void Lay(ulong features, ushort size = 8) =>
        _driver = GuestQueues.Create(_memory, new GuestAllocator(0x1000, 0x4000), size, features);

    // Looks, since the interrupt may be for a chain before.
    private List<UsedElement> TakeUsed(int count)
    {
        var taken = new List<UsedElement>();
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                while (_driver.TryTakeUsed(out var used))
                    taken.Add(used);
                return taken.Count >= count;
            },
            s_long));
        return taken;
    }

    private void RunToAndFro(ulong features, int depth, bool neverWaits, TimeSpan busyPoll)
    {
        const int Total = 1_500;
        Lay(features);
        _driver.SetInterruptsWanted(false);
        var worker = QueueWorker.Start(
            "test", Resources, new Handler(() => 1u) { NeverWaits = neverWaits }, null, busyPoll);
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

    [Fact]
    public void Memory_that_cannot_be_held_needs_a_reset_and_ends_only_the_worker()
    {
        var logger = new ListLogger();
        var resources = new QueueResources(
            _driver.Config, new HoldingMemory { HoldsUntilFailure = 1 }, _host, _guestLog, _faultLog);
        var worker = QueueWorker.Start("test", resources, new Handler(() => 0u), logger);

        Assert.True(_host.NeedsReset.Wait(s_long));
        Assert.True(worker.WaitStopped(s_long));
        Assert.Single(logger.Lines);
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
        public bool NeverWaits { get; init; }

        public List<ChainFault> Faults { get; } = [];

        public Action? Rejecting { get; set; }

        public uint Handle(DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping) => handle();

        public void Rejected(ChainFault fault)
        {
            if (Rejecting is null)
                Faults.Add(fault);
            else
                Rejecting();
        }
    }
}

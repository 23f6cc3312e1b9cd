using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Tests.Support;
using Xen.Sys;

namespace Xen.Privcmd.Tests;

/// <summary>Waiting, with a pipe in the place of the driver and Linux's own poll and eventfd.</summary>
public sealed class EventChannelWaitTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public void Pending_ports_are_reported_once_and_as_many_as_there_is_room_for()
    {
        using var ports = new Ports();
        foreach (var port in (uint[])[4, 5, 6])
            Assert.True(ports.TryRaise(port));
        Span<EventChannelPort> pending = stackalloc EventChannelPort[2];
        Assert.Equal(2, ports.Channels.Wait(pending, Long, None));
        Assert.Equal([new EventChannelPort(4), new EventChannelPort(5)], pending.ToArray());
        Assert.Equal(1, ports.Channels.Wait(pending, Long, None));
        Assert.Equal(new EventChannelPort(6), pending[0]);
        Assert.Equal(0, ports.Channels.Wait(pending, TimeSpan.Zero, None));
        Assert.Equal(0, ports.Channels.Wait(pending, TimeSpan.FromMilliseconds(2), None));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        using var ports = new Ports();
        Assert.Throws<ArgumentOutOfRangeException>(() => ports.Channels.Wait([], Long, None));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => ports.Channels.Wait(new EventChannelPort[1], TimeSpan.FromSeconds(-2), None));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => LinuxEventChannels.Open(new ScriptedKernel(), new() { Spin = TimeSpan.FromTicks(-1) }));
    }

    [Fact]
    public async Task Wait_that_was_cancelled_ends_with_nothing_but_reports_what_is_pending()
    {
        using var ports = new Ports();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var pending = new EventChannelPort[1];
        Assert.Equal(0, ports.Channels.Wait(pending, Timeout.InfiniteTimeSpan, cancelled.Token));
        ports.TryRaise(9);
        Assert.Equal(1, ports.Channels.Wait(pending, Timeout.InfiniteTimeSpan, cancelled.Token));
    }

    [Fact]
    public async Task Second_waiter_is_refused_and_the_first_goes_on()
    {
        using var ports = new Ports();
        var waiting = StartWaiting(ports, None);
        Assert.Throws<InvalidOperationException>(
            () => ports.Channels.Wait(new EventChannelPort[1], TimeSpan.Zero, None));
        ports.TryRaise(3);
        Assert.Equal(1, await waiting.WaitAsync(Long, None));
    }

    [Fact]
    public async Task Disposal_in_the_middle_of_a_wait_ends_it()
    {
        for (var round = 0; round < 20; round++)
        {
            using var ports = new Ports();
            var waiting = StartWaiting(ports, None);
            ports.Channels.Dispose();
            var error = await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(Long, None));
            Assert.Equal(nameof(LinuxEventChannels), error.ObjectName);
        }
    }

    [Fact]
    public async Task Disposal_races_with_the_start_of_a_wait_and_never_leaves_it_waiting()
    {
        for (var round = 0; round < 300; round++)
        {
            using var ports = new Ports();
            var waiting = Task.Run(
                () => ports.Channels.Wait(new EventChannelPort[1], Timeout.InfiniteTimeSpan, None), None);
            Thread.SpinWait(round * 20);
            ports.Channels.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(Long, None));
        }
    }

    [Fact]
    public async Task Cancellation_of_an_earlier_wait_does_not_end_a_later_one()
    {
        using var ports = new Ports();
        for (var round = 0; round < 50; round++)
        {
            using var cancel = new CancellationTokenSource();
            var waiting = StartWaiting(ports, cancel.Token);
            ports.TryRaise(1);
            await cancel.CancelAsync();
            await waiting.WaitAsync(Long, None);
            ports.Channels.Wait(new EventChannelPort[4], TimeSpan.Zero, None);

            var later = StartWaiting(ports, None);
            ports.TryRaise(2);
            Assert.Equal(1, await later.WaitAsync(Long, None));
        }
    }

    [Fact]
    public async Task Token_whose_source_was_reset_between_waits_still_ends_a_wait()
    {
        using var ports = new Ports();
        using var cancel = new CancellationTokenSource();
        Assert.Equal(0, ports.Channels.Wait(new EventChannelPort[1], TimeSpan.FromMilliseconds(1), cancel.Token));
        Assert.True(cancel.TryReset());
        var waiting = StartWaiting(ports, cancel.Token);
        await cancel.CancelAsync();
        Assert.Equal(0, await waiting.WaitAsync(Long, None));
    }

    [Theory]
    [InlineData(11, 0)]
    [InlineData(12, 0)]
    [InlineData(13, 200)]
    public async Task No_port_is_lost_or_doubled_while_waits_are_cancelled(int seed, int spin)
    {
        const int Count = 4000;
        using var ports = new Ports(new EventChannelOptions { Spin = TimeSpan.FromMicroseconds(spin) });
        using var current = new Current();
        var raising = Task.Run(() => Raise(ports, seed), None);
        var cancelling = Task.Run(() => Cancel(current, seed), None);

        var seen = new List<uint>();
        var pending = new EventChannelPort[3];
        while (seen.Count < Count)
        {
            var count = ports.Channels.Wait(pending, Timeout.InfiniteTimeSpan, current.Renew());
            foreach (var port in pending.AsSpan(0, count))
                seen.Add(port.Value);
        }

        current.Stop();
        await raising.WaitAsync(Long, None);
        await cancelling.WaitAsync(Long, None);
        for (var i = 0; i < Count; i++)
            Assert.Equal((uint)i, seen[i]);

        static void Raise(Ports ports, int seed)
        {
            var random = new Random(seed);
            for (uint port = 0; port < Count;)
            {
                if (ports.TryRaise(port))
                    port++;
                Thread.SpinWait(random.Next(200));
            }
        }

        static void Cancel(Current current, int seed)
        {
            var random = new Random(seed + 1000);
            while (current.Cancel())
                Thread.SpinWait(random.Next(400));
        }
    }

    [Fact]
    public void Interrupted_poll_is_no_end_and_a_failed_one_is()
    {
        using var ports = new Ports();
        ports.Kernel.PollErrors.Enqueue(Libc.EINTR);
        ports.Kernel.PollErrors.Enqueue(XenAbi.XEN_ENOMEM);
        var error = Assert.Throws<HypercallException>(
            () => ports.Channels.Wait(new EventChannelPort[1], Long, None));
        Assert.Equal(XenAbi.XEN_ENOMEM, error.Errno);
        ports.TryRaise(1);
        Assert.Equal(1, ports.Channels.Wait(new EventChannelPort[1], Long, None));
    }

    [Fact]
    public async Task Spinning_wait_sees_a_port_without_a_poll_and_can_be_cancelled_and_disposed()
    {
        using var ports = new Ports(new EventChannelOptions { Spin = Long });
        var waiting = StartWaiting(ports, None);
        ports.TryRaise(1);
        Assert.Equal(1, await waiting.WaitAsync(Long, None));

        using var cancel = new CancellationTokenSource();
        waiting = StartWaiting(ports, cancel.Token);
        await cancel.CancelAsync();
        Assert.Equal(0, await waiting.WaitAsync(Long, None));

        waiting = StartWaiting(ports, None);
        ports.Channels.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(Long, None));
        Assert.Equal(0, ports.Kernel.BlockingPolls);
    }

    [Fact]
    public async Task Spinning_ends_at_the_timeout_and_otherwise_goes_over_to_polling()
    {
        using var ports = new Ports(new EventChannelOptions { Spin = TimeSpan.FromMilliseconds(1) });
        var waiting = StartWaiting(ports, None);
        Assert.True(SpinWait.SpinUntil(() => ports.Kernel.BlockingPolls != 0, Long));
        ports.TryRaise(1);
        Assert.Equal(1, await waiting.WaitAsync(Long, None));

        using var eager = new Ports(new EventChannelOptions { Spin = Long });
        Assert.Equal(0, eager.Channels.Wait(new EventChannelPort[1], TimeSpan.FromMilliseconds(5), None));
        Assert.Equal(0, eager.Kernel.BlockingPolls);
    }

    [Fact]
    public void Waiting_allocates_nothing_with_a_token_that_is_used_again()
    {
        using var ports = new Ports();
        using var cancel = new CancellationTokenSource();
        var pending = new EventChannelPort[4];
        Assert.Equal(0, Allocation.Least(() => WaitOften(CancellationToken.None)));
        Assert.Equal(0, Allocation.Least(() => WaitOften(cancel.Token)));

        void WaitOften(CancellationToken token)
        {
            for (var round = 0; round < 500; round++)
            {
                ports.TryRaise(1);
                ports.Channels.Wait(pending, Long, token);
                ports.Channels.Wait(pending, TimeSpan.FromTicks(1), token);
                ports.Channels.Unmask(pending[0]);
            }
        }
    }

    [Fact]
    public void Port_that_cannot_be_unmasked_is_reported()
    {
        var log = new ListLogger();
        using var ports = new Ports(new EventChannelOptions { Logger = log });
        ports.Channels.Unmask(new EventChannelPort(5));
        Assert.Equal("301 event channel port 5 cannot be unmasked: EBADF", Assert.Single(log.Lines));
    }

    [Fact]
    public void Wake_ups_are_counted()
    {
        using var ports = new Ports();
        using var counted = new CounterReading("xen.event_channel.wakeups");
        ports.TryRaise(1);
        ports.TryRaise(2);
        Assert.Equal(2, ports.Channels.Wait(new EventChannelPort[4], Long, None));
        Assert.Equal(0, ports.Channels.Wait(new EventChannelPort[4], TimeSpan.Zero, None));
        Assert.Equal(1, counted.Sum);
    }

    [Fact]
    public void Callers_own_poll_sees_pending_ports()
    {
        using var ports = new Ports();
        var ready = new bool[1];
        Assert.Equal(0, LinuxKernel.Instance.Poll([ports.Channels.PollHandle], ready, 0).Value);
        ports.TryRaise(1);
        Assert.Equal(1, LinuxKernel.Instance.Poll([ports.Channels.PollHandle], ready, 0).Value);
        Assert.True(ready[0]);
    }

    // Returns when the wait has begun: it has looked for pending ports, or is about to poll.
    private static Task<int> StartWaiting(Ports ports, CancellationToken cancellationToken)
    {
        var before = ports.Kernel.Reads + ports.Kernel.Polls;
        var waiting = Task.Factory.StartNew(
            () => ports.Channels.Wait(new EventChannelPort[4], Timeout.InfiniteTimeSpan, cancellationToken),
            None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.True(SpinWait.SpinUntil(() => waiting.IsCompleted || ports.Kernel.Reads + ports.Kernel.Polls != before, Long));
        return waiting;
    }

    // The token of the wait that is under way, which another thread cancels.
    private sealed class Current : IDisposable
    {
        private readonly Lock _gate = new();
        private CancellationTokenSource _source = new();
        private bool _stopped;

        public void Dispose() => _source.Dispose();

        internal CancellationToken Renew()
        {
            lock (_gate)
            {
                if (_source.IsCancellationRequested)
                {
                    _source.Dispose();
                    _source = new CancellationTokenSource();
                }

                return _source.Token;
            }
        }

        internal bool Cancel()
        {
            lock (_gate)
            {
                if (!_stopped)
                    _source.Cancel();
                return !_stopped;
            }
        }

        internal void Stop()
        {
            lock (_gate)
                _stopped = true;
        }
    }
}

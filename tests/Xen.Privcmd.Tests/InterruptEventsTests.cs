using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Threading;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Tests.Support;
using Xen.Sys;

namespace Xen.Privcmd.Tests;

/// <summary>Signals become interrupts, by a kernel that has IRQFD and by a thread where it has not.</summary>
public sealed unsafe class InterruptEventsTests : IDisposable
{
    private static readonly DomainId Guest = new(7);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly ScriptedKernel _kernel = new();
    private readonly ListLogger _log = new();
    private readonly ConcurrentQueue<uint> _raised = new();
    private readonly ConcurrentQueue<(uint Flags, uint File, uint Data, uint Size, ushort Domain)> _asked = new();
    private readonly PrivcmdTransport _transport;
    private HypercallResult _answer;

    public InterruptEventsTests()
    {
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_DM_OP] = argument =>
        {
            var op = (privcmd_dm_op*)argument;
            Assert.Equal((Guest.Value, 1), (op->dom, op->num));
            _raised.Enqueue(((xen_dm_op*)((privcmd_dm_op_buf*)op->ubufs)->uptr)->u.inject_msi.data);
            return _answer;
        };
        _transport = PrivcmdTransport.Open(_kernel);
    }

    public void Dispose() => _transport.Dispose();

    [Theory]
    [InlineData(XenAbi.XEN_EOPNOTSUPP, Libc.ENOTTY, false)]
    [InlineData(Libc.ENOTTY, Libc.ENOTTY, false)]
    [InlineData(XenAbi.XEN_EINVAL, Libc.ENOTTY, true)]
    [InlineData(XenAbi.XEN_EINVAL, XenAbi.XEN_EINVAL, false)]
    public void What_the_kernel_has_is_found_out_by_a_request_that_nobody_accepts(int irqfd, int unknown, bool expected)
    {
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_IRQFD] = argument =>
        {
            Assert.Equal(~1u, ((privcmd_irqfd*)argument)->flags);
            return HypercallResult.Failure(irqfd);
        };
        _kernel.Requests[0x50ff] = _ => HypercallResult.Failure(unknown);
        using var events = InterruptEvents.Open(_transport, Guest, _log);
        Assert.Equal(expected, events.IsInKernel);
    }

    [Fact]
    public void Signal_interrupts_the_guest_also_when_it_came_before_the_assignment()
    {
        using var events = InterruptEvents.Open(_transport, Guest, _log);
        using var early = EventFile.Create();
        early.Signal();
        events.Assign(early.Handle, InterruptOperation.Msi(0, 1));
        AwaitRaised(1);
        using var late = EventFile.Create();
        events.Assign(late.Handle, InterruptOperation.Msi(0, 2));
        late.Signal();
        AwaitRaised(1, 2);
        Assert.False(early.TryTake());
        Assert.False(late.TryTake());
        early.Signal();
        AwaitRaised(1, 2, 1);
    }

    [Fact]
    public void Operations_of_both_architectures_are_as_Xen_reads_them()
    {
        var msi = InterruptOperation.Msi(0xfee00000, 0x41);
        Assert.Equal((XenAbi.XEN_DMOP_inject_msi, 0xfee00000ul, 0x41u), ((int)msi.op, msi.u.inject_msi.addr, msi.u.inject_msi.data));
        var edge = InterruptOperation.Edge(33);
        Assert.Equal((XenAbi.XEN_DMOP_set_irq_level, 33u, 1), ((int)edge.op, edge.u.set_irq_level.irq, (int)edge.u.set_irq_level.level));
    }

    [Fact]
    public void Signal_from_just_before_the_end_counts_and_none_after_it()
    {
        using var events = InterruptEvents.Open(_transport, Guest, _log);
        using var file = EventFile.Create();
        for (var round = 1; round <= 200; round++)
        {
            events.Assign(file.Handle, InterruptOperation.Msi(0, 5));
            file.Signal();
            Assert.True(events.Deassign(file.Handle));
            Assert.Equal(round, _raised.Count);
            file.Signal();
            Assert.False(events.Deassign(file.Handle));
            Assert.Equal(round, _raised.Count);
            Assert.True(file.TryTake());
        }
    }

    [Fact]
    public void Disposal_takes_the_last_signals_and_is_harmless_a_second_time()
    {
        var events = InterruptEvents.Open(_transport, Guest, _log);
        using var file = EventFile.Create();
        events.Assign(file.Handle, InterruptOperation.Msi(0, 5));
        file.Signal();
        events.Dispose();
        events.Dispose();
        Assert.Single(_raised);
        Assert.Throws<ObjectDisposedException>(() => events.Assign(file.Handle, default));
        Assert.Throws<ObjectDisposedException>(() => events.Deassign(file.Handle));
        file.Signal();
        Assert.True(file.TryTake());
    }

    [Fact]
    public void Eventfd_is_assigned_once_and_only_so_many_fit()
    {
        using var events = InterruptEvents.Open(_transport, Guest, _log);
        using var file = EventFile.Create();
        events.Assign(file.Handle, default);
        Assert.Equal(XenAbi.XEN_EBUSY, Refusal(events, file));
        var others = Enumerable.Range(0, IKernel.MaximumPolled - 2).Select(_ => EventFile.Create()).ToArray();
        foreach (var other in others)
            events.Assign(other.Handle, default);
        using var last = EventFile.Create();
        Assert.Equal(XenAbi.XEN_ENOSPC, Refusal(events, last));
        foreach (var other in others)
        {
            Assert.True(events.Deassign(other.Handle));
            other.Dispose();
        }

        events.Assign(last.Handle, InterruptOperation.Msi(0, 3));
        last.Signal();
        AwaitRaised(3);
    }

    [Fact]
    public void Closing_an_assigned_eventfd_leaves_the_others_working()
    {
        using var events = InterruptEvents.Open(_transport, Guest, _log);
        using var file = EventFile.Create();
        events.Assign(file.Handle, InterruptOperation.Msi(0, 5));
        for (uint round = 0; round < 100; round++)
        {
            var closed = EventFile.Create();
            events.Assign(closed.Handle, InterruptOperation.Msi(0, 6));
            closed.Dispose();
        }

        file.Signal();
        AwaitRaised(5);
        Assert.Throws<ObjectDisposedException>(() => Assign(events, Closed()));
    }

    [Fact]
    public void File_that_gives_no_signals_is_dropped_and_reported()
    {
        using var events = InterruptEvents.Open(_transport, Guest, _log);
        using var none = File.OpenHandle("/dev/null");
        events.Assign(none, default);
        Assert.True(SpinWait.SpinUntil(() => _log.Lines.Any(line => line.StartsWith("506", StringComparison.Ordinal)), Long));
        Assert.False(events.Deassign(none));
        Assert.Empty(_raised);
    }

    [Fact]
    public void Failures_are_reported_once_until_it_works_again()
    {
        using var events = InterruptEvents.Open(_transport, Guest, _log);
        using var file = EventFile.Create();
        events.Assign(file.Handle, InterruptOperation.Msi(0, 5));
        foreach (var (errno, count) in ((int, int)[])[(XenAbi.XEN_ESRCH, 1), (XenAbi.XEN_ESRCH, 2), (0, 3), (XenAbi.XEN_EINVAL, 4)])
        {
            _answer = new HypercallResult(-errno);
            file.Signal();
            AwaitCount(count);
        }

        events.Dispose();
        Assert.Equal(
            ["503 interrupting domain 7 failed: ESRCH", "503 interrupting domain 7 failed: EINVAL"],
            _log.Lines.Where(line => line.StartsWith("503", StringComparison.Ordinal)));
    }

    [Fact]
    public void Failed_poll_is_reported_and_tried_again()
    {
        _kernel.PollErrors.Enqueue(Libc.EINTR);
        _kernel.PollErrors.Enqueue(XenAbi.XEN_ENOMEM);
        using var events = InterruptEvents.Open(_transport, Guest, _log);
        using var file = EventFile.Create();
        file.Signal();
        events.Assign(file.Handle, InterruptOperation.Msi(0, 5));
        AwaitRaised(5);
        Assert.Contains("504 waiting for eventfds of domain 7 failed: ENOMEM", _log.Lines);
    }

    [Fact]
    public void Kernel_is_told_and_told_again_at_the_end()
    {
        using var file = EventFile.Create();
        using var other = EventFile.Create();
        var events = InKernel();
        Assert.True(events.IsInKernel);
        events.Assign(file.Handle, InterruptOperation.Msi(0, 5));
        events.Assign(other.Handle, InterruptOperation.Msi(0, 6));
        Assert.True(events.Deassign(file.Handle));
        Assert.False(events.Deassign(file.Handle));
        events.Dispose();
        events.Dispose();
        var size = (uint)sizeof(xen_dm_op);
        Assert.All(_asked, asked => Assert.Equal((size, Guest.Value), (asked.Size, asked.Domain)));
        (uint Flags, uint File, uint Data)[] expected =
            [(0, Number(file), 5), (0, Number(other), 6), (1, Number(file), 5), (1, Number(other), 6)];
        Assert.Equal(expected, _asked.Select(asked => (asked.Flags, asked.File, asked.Data)));
        Assert.Empty(_raised);
        Assert.Equal(0, _kernel.Polls);
    }

    [Fact]
    public void Refusal_of_the_kernel_assigns_nothing_and_a_refused_end_is_reported()
    {
        using var file = EventFile.Create();
        using var events = InKernel();
        _answer = HypercallResult.Failure(XenAbi.XEN_EPERM);
        Assert.Equal(XenAbi.XEN_EPERM, Refusal(events, file));
        _answer = default;
        events.Assign(file.Handle, default);
        _answer = HypercallResult.Failure(XenAbi.XEN_EPERM);
        Assert.True(events.Deassign(file.Handle));
        Assert.Equal("505 the kernel does not end an IRQFD of domain 7: EPERM", _log.Lines.Last());
    }

    [Fact]
    public void Closed_eventfd_is_not_named_to_the_kernel_whose_number_may_be_anothers_by_then()
    {
        using var events = InKernel();
        var file = EventFile.Create();
        events.Assign(file.Handle, default);
        file.Dispose();
        Assert.True(events.Deassign(file.Handle));
        Assert.Single(_asked);
    }

    private static uint Number(EventFile file) => (uint)file.Handle.DangerousGetHandle();

    private static EventFile Closed()
    {
        var file = EventFile.Create();
        file.Dispose();
        return file;
    }

    private static void Assign(InterruptEvents events, EventFile file) => events.Assign(file.Handle, default);

    private static int Refusal(InterruptEvents events, EventFile file) =>
        Assert.Throws<HypercallException>(() => Assign(events, file)).Errno;

    private InterruptEvents InKernel()
    {
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_IRQFD] = argument =>
        {
            var request = (privcmd_irqfd*)argument;
            if (request->flags > 1)
                return HypercallResult.Failure(XenAbi.XEN_EINVAL);
            if (_answer.IsSuccess)
            {
                var operation = (xen_dm_op*)request->dm_op;
                _asked.Enqueue(
                    (request->flags, request->fd, operation->u.inject_msi.data, request->size, request->dom));
            }

            return _answer;
        };
        return InterruptEvents.Open(_transport, Guest, _log);
    }

    private void AwaitRaised(params uint[] data)
    {
        AwaitCount(data.Length);
        Assert.Equal(data, _raised);
    }

    private void AwaitCount(int count) =>
        Assert.True(SpinWait.SpinUntil(() => _raised.Count >= count, Long), "the interrupt does not come");
}

using System;
using System.Threading;
using System.Threading.Tasks;
using Xen.Privcmd;
using Xen.Sys;

namespace Conformance;

/// <content>Event channels.</content>
public abstract partial class ConformanceTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public void Port_is_pending_once_when_it_is_bound()
    {
        var port = _xen.EventChannels.BindInterdomain(Guest, VcpuPort());
        var pending = new EventChannelPort[4];
        Assert.Equal(1, _xen.EventChannels.Wait(pending, Long, TestContext.Current.CancellationToken));
        Assert.Equal(port, pending[0]);
        _xen.EventChannels.Unmask(port);
        Assert.Equal(0, _xen.EventChannels.Wait(pending, TimeSpan.Zero, TestContext.Current.CancellationToken));
        Assert.True(_xen.EventChannels.Notify(port).IsSuccess);
        _xen.EventChannels.Unbind(port);
        Assert.Equal(XenAbi.XEN_ENOTCONN, _xen.EventChannels.Notify(port).Errno);
        Assert.Equal(
            XenAbi.XEN_ENOTCONN,
            Assert.Throws<HypercallException>(() => _xen.EventChannels.Unbind(port)).Errno);
    }

    [Fact]
    public void Event_survives_a_queue_that_is_full_of_ports_which_are_unbound_by_now()
    {
        // More than the driver's queue has room for while a handful of ports are bound.
        const int Stale = 200;
        using var near = LinuxEventChannels.Open(_xen.Kernel);
        using var far = LinuxEventChannels.Open(_xen.Kernel);
        var kept = near.BindUnbound(default);
        var keptFar = far.BindInterdomain(default, kept);
        for (var i = 0; i < Stale; i++)
        {
            var port = near.BindUnbound(default);
            var portFar = far.BindInterdomain(default, port);
            Assert.True(far.Notify(portFar).IsSuccess);
            far.Unbind(portFar);
            near.Unbind(port);
        }

        Assert.True(far.Notify(keptFar).IsSuccess);
        var pending = new EventChannelPort[16];
        var seen = false;
        while (!seen)
        {
            var count = near.Wait(pending, Long, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, count);
            seen = pending.AsSpan(0, count).Contains(kept);
        }

        near.Unmask(kept);
        Assert.True(far.Notify(keptFar).IsSuccess);
        Assert.Equal(1, near.Wait(pending, Long, TestContext.Current.CancellationToken));
        Assert.Equal(kept, pending[0]);
    }

    [Fact]
    public void Port_can_be_bound_once()
    {
        var remote = VcpuPort();
        _xen.EventChannels.BindInterdomain(Guest, remote);
        Assert.Equal(XenAbi.XEN_EINVAL, Refusal(Guest, remote));
        Assert.Equal(XenAbi.XEN_EINVAL, Refusal(Guest, new EventChannelPort(4000)));
        Assert.Equal(XenAbi.XEN_ESRCH, Refusal(NoSuchDomain, remote));

        int Refusal(DomainId domain, EventChannelPort port) =>
            Assert.Throws<HypercallException>(() => _xen.EventChannels.BindInterdomain(domain, port)).Errno;
    }

    [Fact]
    public async Task Wait_ends_when_it_is_cancelled()
    {
        var pending = new EventChannelPort[4];
        for (var round = 0; round < 3; round++)
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var waiting = Task.Run(
                () => _xen.EventChannels.Wait(pending, Timeout.InfiniteTimeSpan, cancel.Token),
                TestContext.Current.CancellationToken);
            await Task.Delay(50, TestContext.Current.CancellationToken);
            Assert.False(waiting.IsCompleted);
            await cancel.CancelAsync();
            Assert.Equal(0, await waiting.WaitAsync(Long, TestContext.Current.CancellationToken));
        }

        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        Assert.Equal(0, _xen.EventChannels.Wait(pending, Timeout.InfiniteTimeSpan, cancelled.Token));
    }

    private unsafe EventChannelPort VcpuPort()
    {
        var id = NewServer();
        using var page = _xen.ForeignMemory.MapResource(
            Guest, XenAbi.XENMEM_resource_ioreq_server, id.Value, frame: 1, count: 1);
        DmOp.SetIoreqServerState(_xen.Transport, Guest, id, enabled: true).OrThrow("enable", Guest);
        return new EventChannelPort(((ioreq*)page.Address)->vp_eport);
    }
}

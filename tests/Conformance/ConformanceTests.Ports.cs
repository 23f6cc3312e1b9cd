using Xen.Sys;

namespace Conformance;

/// <content>event_channel_op: ports of dom0 that its kernel does not know of.</content>
public abstract partial class ConformanceTests
{
    private static readonly EventChannelPort BeyondAll = new(500_000);

    [Fact]
    public void Port_is_made_looked_at_and_closed()
    {
        Assert.True(EventChannelOp.AllocUnbound(_xen.Transport, DomainId.Self, Guest, out var port).IsSuccess);
        Assert.NotEqual(0u, port.Value);
        Assert.Equal(new EventChannelStatus(EventChannelState.Unbound, default, Guest), StatusOf(DomainId.Self, port));
        Assert.Equal(StatusOf(DomainId.Self, port), StatusOf(new DomainId(0), port));
        Assert.True(EventChannelOp.Send(_xen.Transport, port).IsSuccess);
        Assert.True(EventChannelOp.BindVcpu(_xen.Transport, port, new VcpuId(0)).IsSuccess);
        Assert.Equal(
            XenAbi.XEN_ENOENT, EventChannelOp.BindVcpu(_xen.Transport, port, new VcpuId(999)).Errno);

        Assert.True(EventChannelOp.Close(_xen.Transport, port).IsSuccess);
        Assert.Equal(default, StatusOf(DomainId.Self, port));
        Assert.Equal(XenAbi.XEN_EINVAL, EventChannelOp.Close(_xen.Transport, port).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, EventChannelOp.Send(_xen.Transport, port).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, EventChannelOp.BindVcpu(_xen.Transport, port, new VcpuId(0)).Errno);
    }

    [Fact]
    public void Ports_are_connected_and_come_apart()
    {
        Assert.True(EventChannelOp.AllocUnbound(_xen.Transport, Guest, DomainId.Self, out var remote).IsSuccess);
        Assert.Equal(EventChannelState.Unbound, StatusOf(Guest, remote).State);
        Assert.True(EventChannelOp.BindInterdomain(_xen.Transport, Guest, remote, out var local).IsSuccess);
        Assert.Equal(
            new EventChannelStatus(EventChannelState.Interdomain, default, Guest, remote),
            StatusOf(DomainId.Self, local));
        Assert.Equal(
            new EventChannelStatus(EventChannelState.Interdomain, default, new DomainId(0), local),
            StatusOf(Guest, remote));
        Assert.Equal(
            XenAbi.XEN_EINVAL, EventChannelOp.BindInterdomain(_xen.Transport, Guest, remote, out _).Errno);
        Assert.True(EventChannelOp.Send(_xen.Transport, local).IsSuccess);
        Assert.True(EventChannelOp.Close(_xen.Transport, local).IsSuccess);
        Assert.Equal(EventChannelState.Unbound, StatusOf(Guest, remote).State);
    }

    [Fact]
    public void Port_bound_by_the_kernel_is_seen_as_connected()
    {
        Assert.True(EventChannelOp.AllocUnbound(_xen.Transport, Guest, DomainId.Self, out var remote).IsSuccess);
        var local = _xen.EventChannels.BindInterdomain(Guest, remote);
        Assert.Equal(EventChannelState.Interdomain, StatusOf(Guest, remote).State);
        Assert.Equal(local, StatusOf(Guest, remote).RemotePort);
        _xen.EventChannels.Unbind(local);
        Assert.Equal(EventChannelState.Unbound, StatusOf(Guest, remote).State);
    }

    [Fact]
    public void Port_that_Xen_itself_serves_tells_nothing() => ExpectPortOfXen(VcpuPort());

    [Fact]
    public void Port_that_cannot_be_is_refused()
    {
        Assert.Equal(default, StatusOf(DomainId.Self, default));
        Assert.Equal(
            XenAbi.XEN_EINVAL, EventChannelOp.GetStatus(_xen.Transport, DomainId.Self, BeyondAll, out _).Errno);
        Assert.Equal(
            XenAbi.XEN_ESRCH,
            EventChannelOp.GetStatus(_xen.Transport, NoSuchDomain, new EventChannelPort(1), out _).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, EventChannelOp.Close(_xen.Transport, BeyondAll).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, EventChannelOp.Close(_xen.Transport, default).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, EventChannelOp.Send(_xen.Transport, BeyondAll).Errno);
        Assert.Equal(
            XenAbi.XEN_EINVAL, EventChannelOp.BindInterdomain(_xen.Transport, Guest, BeyondAll, out _).Errno);
        Assert.Equal(
            XenAbi.XEN_ESRCH,
            EventChannelOp.BindInterdomain(_xen.Transport, NoSuchDomain, new EventChannelPort(1), out _).Errno);
        Assert.Equal(
            XenAbi.XEN_ESRCH,
            EventChannelOp.AllocUnbound(_xen.Transport, NoSuchDomain, DomainId.Self, out _).Errno);
    }

    [Fact]
    public void Port_may_wait_for_a_domain_that_is_not_there()
    {
        Assert.True(
            EventChannelOp.AllocUnbound(_xen.Transport, DomainId.Self, NoSuchDomain, out var port).IsSuccess);
        Assert.True(EventChannelOp.Close(_xen.Transport, port).IsSuccess);
    }

    [Fact]
    public void Ports_of_another_domain_are_closed_at_once_while_it_is_paused()
    {
        var (xen, domctl) = (_xen.Transport, Versions.Domctl);
        var ofXen = VcpuPort();
        Assert.True(EventChannelOp.AllocUnbound(xen, Guest, DomainId.Self, out var unbound).IsSuccess);
        Assert.True(EventChannelOp.AllocUnbound(xen, Guest, DomainId.Self, out var remote).IsSuccess);
        Assert.True(EventChannelOp.BindInterdomain(xen, Guest, remote, out var local).IsSuccess);

        Assert.True(EventChannelOp.Reset(xen, Guest).IsSuccess);
        Assert.Equal(default, StatusOf(Guest, unbound));
        Assert.Equal(default, StatusOf(Guest, remote));
        Assert.Equal(new EventChannelStatus(EventChannelState.Unbound, default, Guest), StatusOf(DomainId.Self, local));
        ExpectPortOfXen(ofXen);
        Assert.True(EventChannelOp.Close(xen, local).IsSuccess);

        Domctl.UnpauseDomain(xen, domctl, Guest).OrThrow("unpausedomain", Guest);
        Assert.Equal(XenAbi.XEN_EINVAL, EventChannelOp.Reset(xen, Guest).Errno);
        Domctl.PauseDomain(xen, domctl, Guest).OrThrow("pausedomain", Guest);
        Assert.True(EventChannelOp.Reset(xen, Guest).IsSuccess);
        Assert.Equal(XenAbi.XEN_ESRCH, EventChannelOp.Reset(xen, NoSuchDomain).Errno);
    }

    // Refused, or shown as a port that waits for nobody.
    private void ExpectPortOfXen(EventChannelPort port)
    {
        var result = EventChannelOp.GetStatus(_xen.Transport, Guest, port, out var status);
        Assert.Equal(Since(Xen420, 0, before: XenAbi.XEN_EACCES), result.Errno);
        var shown = new EventChannelStatus(EventChannelState.Unbound, default, default);
        Assert.Equal(Since(Xen420, shown, before: default), status);
    }

    private EventChannelStatus StatusOf(DomainId domain, EventChannelPort port)
    {
        EventChannelOp.GetStatus(_xen.Transport, domain, port, out var status).OrThrow("EVTCHNOP_status", domain);
        return status;
    }
}

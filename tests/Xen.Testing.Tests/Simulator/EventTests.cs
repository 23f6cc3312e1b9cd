using System;
using System.Threading;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Tests.Simulator;

/// <summary>Event channels as guests and Xen see them.</summary>
public sealed class EventTests : IDisposable
{
    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _domain;

    public EventTests() => _domain = _xen.CreateDomain(5);

    public void Dispose() => _xen.Dispose();

    [Fact]
    public void A_guest_and_the_control_domain_signal_each_other()
    {
        var remote = _domain.OfferPort(default);
        var port = _xen.EventChannels.BindInterdomain(_domain.Id, remote);
        var pending = new EventChannelPort[4];
        Assert.Equal(1, _xen.EventChannels.Wait(pending, TimeSpan.Zero, CancellationToken.None));
        _xen.EventChannels.Unmask(port);
        Assert.Empty(_domain.PendingPorts());

        Assert.True(_xen.EventChannels.Notify(port).IsSuccess);
        Assert.Equal([remote], _domain.PendingPorts());
        Assert.True(_domain.TryTakeEvent(remote));
        Assert.False(_domain.TryTakeEvent(remote));

        Assert.True(_domain.SendEvent(remote).IsSuccess);
        Assert.Equal(1, _xen.EventChannels.Wait(pending, TimeSpan.Zero, CancellationToken.None));
        Assert.Equal(port, pending[0]);
        Assert.Empty(_xen.FindContradictions());
    }

    [Fact]
    public void A_guest_connects_to_what_the_control_domain_offers()
    {
        var port = _xen.EventChannels.BindUnbound(_domain.Id);
        var local = _domain.ConnectPort(default, port);
        Assert.Equal(
            XenAbi.XEN_EINVAL, Assert.Throws<HypercallException>(() => _domain.ConnectPort(default, port)).Errno);
        Assert.True(_domain.SendEvent(local).IsSuccess);
        Assert.True(_xen.Linux.HasEvents);
        _xen.EventChannels.Unbind(port);
        Assert.True(_domain.SendEvent(local).IsSuccess); // nobody hears it
        Assert.Equal(XenAbi.XEN_EINVAL, _domain.SendEvent(new EventChannelPort(77)).Errno);
    }

    [Fact]
    public void Virtual_interrupts_are_bound_once_each()
    {
        Assert.True(EventChannelOp.BindVirq(_xen, (uint)XenAbi.VIRQ_DOM_EXC, default, out var port).IsSuccess);
        Assert.Equal(XenAbi.XEN_EEXIST, EventChannelOp.BindVirq(_xen, (uint)XenAbi.VIRQ_DOM_EXC, default, out _).Errno);
        Assert.Equal(
            XenAbi.XEN_EINVAL, EventChannelOp.BindVirq(_xen, (uint)XenAbi.VIRQ_DOM_EXC, new VcpuId(1), out _).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, EventChannelOp.BindVirq(_xen, 24, default, out _).Errno);
        Assert.Equal(
            XenAbi.XEN_ENOENT, EventChannelOp.BindVirq(_xen, (uint)XenAbi.VIRQ_TIMER, new VcpuId(77), out _).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, EventChannelOp.Send(_xen, port).Errno);
        EventChannelOp.GetStatus(_xen, DomainId.Self, port, out var status).OrThrow("status");
        Assert.Equal((EventChannelState.VirtualInterrupt, 3u), (status.State, status.Interrupt));
        Assert.True(EventChannelOp.Close(_xen, port).IsSuccess);
        Assert.True(EventChannelOp.BindVirq(_xen, (uint)XenAbi.VIRQ_DOM_EXC, default, out _).IsSuccess);
        Assert.True(EventChannelOp.BindIpi(_xen, default, out var ipi).IsSuccess);
        Assert.True(EventChannelOp.Send(_xen, ipi).IsSuccess);
        Assert.Equal(XenAbi.XEN_ENOENT, EventChannelOp.BindIpi(_xen, new VcpuId(77), out _).Errno);
    }

    [Fact]
    public void The_end_of_a_domain_is_a_virtual_interrupt()
    {
        var port = _xen.EventChannels.BindVirq((uint)XenAbi.VIRQ_DOM_EXC);
        _domain.Destroy();
        var pending = new EventChannelPort[4];
        Assert.Equal(1, _xen.EventChannels.Wait(pending, TimeSpan.Zero, CancellationToken.None));
        Assert.Equal(port, pending[0]);
    }

    [Fact]
    public void Ports_have_a_limit()
    {
        _domain.MaximumPort = 40;
        for (var i = 1; i <= 40; i++)
            _domain.OfferPort(default);
        Assert.Equal(XenAbi.XEN_ENOSPC, Assert.Throws<HypercallException>(() => _domain.OfferPort(default)).Errno);
        Assert.Equal(XenAbi.XEN_ENOSPC, DmOp.CreateIoreqServer(_xen, _domain.Id, out _).Errno);
        Assert.Equal(XenAbi.XEN_ENOSPC, EventChannelOp.AllocUnbound(_xen, _domain.Id, default, out _).Errno);
        Assert.Empty(_xen.FindContradictions());
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Privcmd.Tests.Support;
using Xen.Sys;

namespace Xen.Privcmd.Tests;

/// <summary>Binding and what is bound; waiting has tests of its own.</summary>
public sealed unsafe class EventChannelTests
{
    private static readonly DomainId Guest = new(7);

    private readonly ScriptedKernel _kernel = new();

    [Fact]
    public void Each_kind_of_binding_asks_for_what_it_says_and_is_known_as_bound()
    {
        var next = 20;
        _kernel.Requests[XenAbi.IOCTL_EVTCHN_BIND_INTERDOMAIN] = argument =>
        {
            var bind = (ioctl_evtchn_bind_interdomain*)argument;
            Assert.Equal((7u, 5u), (bind->remote_domain, bind->remote_port));
            return new HypercallResult(next++);
        };
        _kernel.Requests[XenAbi.IOCTL_EVTCHN_BIND_UNBOUND_PORT] = argument =>
        {
            Assert.Equal(7u, ((ioctl_evtchn_bind_unbound_port*)argument)->remote_domain);
            return new HypercallResult(next++);
        };
        _kernel.Requests[XenAbi.IOCTL_EVTCHN_BIND_VIRQ] = argument =>
        {
            Assert.Equal(3u, ((ioctl_evtchn_bind_virq*)argument)->virq);
            return new HypercallResult(next++);
        };
        using var channels = LinuxEventChannels.Open(_kernel);
        Assert.Equal(new EventChannelPort(20), channels.BindInterdomain(Guest, new EventChannelPort(5)));
        Assert.Equal(new EventChannelPort(21), channels.BindUnbound(Guest));
        Assert.Equal(new EventChannelPort(22), channels.BindVirq(3));
        Assert.Equal([20u, 21, 22], channels.BoundPorts.Select(port => port.Value).Order().ToArray());
    }

    [Fact]
    public void Refused_binding_names_the_domain_and_binds_nothing()
    {
        _kernel.Requests[XenAbi.IOCTL_EVTCHN_BIND_INTERDOMAIN] = _ => HypercallResult.Failure(XenAbi.XEN_ESRCH);
        _kernel.Requests[XenAbi.IOCTL_EVTCHN_BIND_UNBOUND_PORT] = _ => HypercallResult.Failure(XenAbi.XEN_ENOSPC);
        _kernel.Requests[XenAbi.IOCTL_EVTCHN_BIND_VIRQ] = _ => HypercallResult.Failure(XenAbi.XEN_EEXIST);
        using var channels = LinuxEventChannels.Open(_kernel);
        var error = Assert.Throws<HypercallException>(() => channels.BindInterdomain(Guest, new EventChannelPort(5)));
        Assert.Equal((XenAbi.XEN_ESRCH, Guest), (error.Errno, error.Domain));
        Assert.Equal(XenAbi.XEN_ENOSPC, Assert.Throws<HypercallException>(() => channels.BindUnbound(Guest)).Errno);
        Assert.Equal(XenAbi.XEN_EEXIST, Assert.Throws<HypercallException>(() => channels.BindVirq(0)).Errno);
        Assert.Empty(channels.BoundPorts);
    }

    [Fact]
    public void Unbinding_forgets_the_port_unless_the_kernel_refuses()
    {
        using var channels = Bound(20, 21);
        _kernel.Requests[XenAbi.IOCTL_EVTCHN_UNBIND] = argument =>
            ((ioctl_evtchn_unbind*)argument)->port == 20 ? default : HypercallResult.Failure(XenAbi.XEN_ENOTCONN);
        channels.Unbind(new EventChannelPort(20));
        Assert.Equal(
            XenAbi.XEN_ENOTCONN,
            Assert.Throws<HypercallException>(() => channels.Unbind(new EventChannelPort(21))).Errno);
        Assert.Equal([new EventChannelPort(21)], channels.BoundPorts);
    }

    [Fact]
    public void Reset_closes_every_port_and_empties_the_queue_afterwards()
    {
        using var channels = Bound(20, 21, 22);
        _kernel.Requests[XenAbi.IOCTL_EVTCHN_UNBIND] = _ => default;
        _kernel.Requests[XenAbi.IOCTL_EVTCHN_RESET] = _ => default;
        _kernel.TakeCalls();
        channels.Reset();
        Assert.Equal(["ioctl UNBIND", "ioctl UNBIND", "ioctl UNBIND", "ioctl RESET"], _kernel.TakeCalls());
        Assert.Empty(channels.BoundPorts);
        channels.Reset();
        Assert.Equal(["ioctl RESET"], _kernel.TakeCalls());
    }

    [Fact]
    public void Notification_of_a_port_that_is_not_bound_is_a_value()
    {
        _kernel.Requests[XenAbi.IOCTL_EVTCHN_NOTIFY] = _ => HypercallResult.Failure(XenAbi.XEN_ENOTCONN);
        using var channels = LinuxEventChannels.Open(_kernel);
        Assert.Equal(XenAbi.XEN_ENOTCONN, channels.Notify(new EventChannelPort(1)).Errno);
    }

    [Fact]
    public void Restriction_answers_what_the_kernel_says()
    {
        _kernel.Requests[XenAbi.IOCTL_EVTCHN_RESTRICT_DOMID] = argument =>
            ((ioctl_evtchn_restrict_domid*)argument)->domid == 7 ? default : HypercallResult.Failure(XenAbi.XEN_EACCES);
        using var channels = LinuxEventChannels.Open(_kernel);
        Assert.True(channels.Restrict(Guest).IsSuccess);
        Assert.Equal(XenAbi.XEN_EACCES, channels.Restrict(new DomainId(8)).Errno);
    }

    [Fact]
    public void Ports_are_closed_when_disposal_returns_even_while_a_waiter_keeps_the_driver_open()
    {
        var channels = Bound(20, 21, 22);
        var closed = new List<uint>();
        _kernel.Requests[XenAbi.IOCTL_EVTCHN_UNBIND] = argument =>
        {
            closed.Add(((ioctl_evtchn_unbind*)argument)->port);
            return closed.Count == 2 ? HypercallResult.Failure(XenAbi.XEN_ENOTCONN) : default;
        };
        var file = Assert.Single(_kernel.Opened);
        var held = false;
        file.DangerousAddRef(ref held);
        channels.Dispose();
        channels.Dispose();
        Assert.Equal([20u, 21, 22], closed.Order().ToArray());
        Assert.Empty(channels.BoundPorts);
        Assert.Equal(0, file.Closings);
        file.DangerousRelease();
        Assert.Equal(1, file.Closings);
    }

    [Fact]
    public void After_disposal_every_call_says_so_and_nothing_is_bound()
    {
        var channels = Bound(20);
        channels.Dispose();
        channels.Dispose();
        Assert.Equal(1, Assert.Single(_kernel.Opened).Closings);
        Assert.Empty(channels.BoundPorts);
        var port = new EventChannelPort(20);
        Action[] calls =
        [
            () => channels.BindInterdomain(Guest, port), () => channels.BindUnbound(Guest), () => channels.BindVirq(0),
            () => channels.Unbind(port), () => channels.Reset(), () => channels.Notify(port),
            () => channels.Unmask(port), () => channels.Restrict(Guest),
            () => channels.Wait(new EventChannelPort[1], TimeSpan.Zero, TestContext.Current.CancellationToken),
        ];
        Assert.All(calls, call => Assert.Throws<ObjectDisposedException>(call));
        Assert.True(channels.PollHandle.IsClosed);
    }

    private LinuxEventChannels Bound(params int[] ports)
    {
        var next = 0;
        _kernel.Requests[XenAbi.IOCTL_EVTCHN_BIND_UNBOUND_PORT] = _ => new HypercallResult(ports[next++]);
        var channels = LinuxEventChannels.Open(_kernel);
        foreach (var _ in ports)
            channels.BindUnbound(Guest);
        return channels;
    }
}

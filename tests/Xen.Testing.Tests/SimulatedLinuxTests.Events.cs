using System.Runtime.InteropServices;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Xen.Testing.Tests;

/// <content>/dev/xen/evtchn.</content>
public sealed unsafe partial class SimulatedLinuxTests
{
    private const int EINTR = 4;

    [Fact]
    public void Port_is_bound_once_and_reported_as_the_driver_does()
    {
        using var file = Open(XenDevice.EventChannel, Libc.O_RDWR | Libc.O_NONBLOCK);
        var remote = VcpuPort();
        var bound = BindInterdomain(file, 7, remote);
        Assert.True(bound.IsSuccess);
        var port = (uint)bound.Value;
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(BindInterdomain(file, 7, remote)));
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(BindInterdomain(file, 7, 900)));
        Assert.Equal(XenAbi.XEN_ESRCH, Errno(BindInterdomain(file, 999, 900)));
        Assert.Equal(0, Errno(Ioctl(file, XenAbi.IOCTL_EVTCHN_NOTIFY, port)));
        Assert.Equal(XenAbi.XEN_ENOTCONN, Errno(Ioctl(file, XenAbi.IOCTL_EVTCHN_NOTIFY, 555u)));
        Assert.Equal(port, ReadPort(file));
        Assert.Equal(0, Read(file, 3).Value);
        Assert.Equal(0, Errno(Read(file, 3)));
        Assert.Equal(XenAbi.XEN_EAGAIN, Errno(Read(file, 16)));
        Assert.Equal(4, Write(file, 777).Value);
        Assert.Equal(0, Errno(Kernel.Ioctl(file, XenAbi.IOCTL_EVTCHN_RESET, null)));
        var unbound = Ioctl(file, XenAbi.IOCTL_EVTCHN_BIND_UNBOUND_PORT, 7u);
        Assert.Equal(port + 1, unbound.Value);
        Assert.Equal(XenAbi.XEN_ENOTCONN, Errno(Ioctl(file, XenAbi.IOCTL_EVTCHN_UNBIND, 555u)));
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(Ioctl(file, XenAbi.IOCTL_EVTCHN_UNBIND, 1u << 20)));
        Assert.Equal(0, Errno(Ioctl(file, XenAbi.IOCTL_EVTCHN_UNBIND, port)));
        Assert.Equal(XenAbi.XEN_ENOTCONN, Errno(Ioctl(file, XenAbi.IOCTL_EVTCHN_NOTIFY, port)));
    }

    [Fact]
    public void Port_is_masked_from_its_event_until_it_is_written_and_what_came_meanwhile_is_not_lost()
    {
        using var one = Open(XenDevice.EventChannel, Libc.O_RDWR | Libc.O_NONBLOCK);
        using var other = Open(XenDevice.EventChannel, Libc.O_RDWR | Libc.O_NONBLOCK);
        var (port, peer) = Pair(one, other);
        Assert.Equal(peer, ReadPort(other));
        Assert.Equal(0, Errno(Ioctl(one, XenAbi.IOCTL_EVTCHN_NOTIFY, port)));
        Assert.Equal(0, Errno(Ioctl(one, XenAbi.IOCTL_EVTCHN_NOTIFY, port)));
        Assert.Equal(XenAbi.XEN_EAGAIN, Errno(Read(other, 16)));
        Assert.Equal(4, Write(other, peer).Value);
        Assert.Equal(peer, ReadPort(other));
        Assert.Equal(4, Write(other, peer).Value);
        Assert.Equal(XenAbi.XEN_EAGAIN, Errno(Read(other, 16)));
    }

    [Fact]
    public void Virtual_interrupt_is_bound_by_one()
    {
        using var file = Open(XenDevice.EventChannel, Libc.O_RDWR | Libc.O_NONBLOCK);
        var bound = Ioctl(file, XenAbi.IOCTL_EVTCHN_BIND_VIRQ, (uint)XenAbi.VIRQ_DOM_EXC);
        Assert.True(bound.IsSuccess);
        Assert.Equal(
            XenAbi.XEN_EEXIST, Errno(Ioctl(file, XenAbi.IOCTL_EVTCHN_BIND_VIRQ, (uint)XenAbi.VIRQ_DOM_EXC)));
        Assert.Equal(XenAbi.XEN_EEXIST, Errno(Ioctl(file, XenAbi.IOCTL_EVTCHN_BIND_VIRQ, (uint)XenAbi.VIRQ_TIMER)));
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(Ioctl(file, XenAbi.IOCTL_EVTCHN_BIND_VIRQ, (uint)XenAbi.NR_VIRQS)));
        Assert.True(_xen.RaiseVirq(default, (uint)XenAbi.VIRQ_DOM_EXC));
        Assert.Equal(bound.Value, ReadPort(file));
        Assert.Equal(0, Errno(Ioctl(file, XenAbi.IOCTL_EVTCHN_UNBIND, (uint)bound.Value)));
        Assert.False(_xen.RaiseVirq(default, (uint)XenAbi.VIRQ_DOM_EXC));
    }

    [Fact]
    public void Restricted_file_binds_to_one_domain_and_no_virtual_interrupt()
    {
        using var file = Open(XenDevice.EventChannel, Libc.O_RDWR | Libc.O_NONBLOCK);
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(Ioctl(file, XenAbi.IOCTL_EVTCHN_RESTRICT_DOMID, (ushort)0)));
        Assert.Equal(0, Errno(Ioctl(file, XenAbi.IOCTL_EVTCHN_RESTRICT_DOMID, (ushort)7)));
        Assert.Equal(XenAbi.XEN_EACCES, Errno(Ioctl(file, XenAbi.IOCTL_EVTCHN_RESTRICT_DOMID, (ushort)7)));
        Assert.Equal(
            XenAbi.XEN_EACCES, Errno(Ioctl(file, XenAbi.IOCTL_EVTCHN_BIND_VIRQ, (uint)XenAbi.VIRQ_DOM_EXC)));
        Assert.Equal(XenAbi.XEN_EACCES, Errno(BindInterdomain(file, 8, 1)));
        Assert.Equal(XenAbi.XEN_EACCES, Errno(Ioctl(file, XenAbi.IOCTL_EVTCHN_BIND_UNBOUND_PORT, 8u)));
        Assert.True(Ioctl(file, XenAbi.IOCTL_EVTCHN_BIND_UNBOUND_PORT, 7u).IsSuccess);
    }

    [Fact]
    public void Closed_file_leaves_no_port()
    {
        var file = Open(XenDevice.EventChannel, Libc.O_RDWR | Libc.O_NONBLOCK);
        var remote = VcpuPort();
        Assert.True(BindInterdomain(file, 7, remote).IsSuccess);
        Assert.Equal(1, _xen.Linux.BoundPortCount);
        file.Dispose();
        Assert.Equal(0, _xen.Linux.BoundPortCount);
        using var again = Open(XenDevice.EventChannel, Libc.O_RDWR | Libc.O_NONBLOCK);
        Assert.True(BindInterdomain(again, 7, remote).IsSuccess);
    }

    [Fact]
    public void Event_is_lost_and_calls_fail_when_a_test_wants_it()
    {
        using var one = Open(XenDevice.EventChannel, Libc.O_RDWR | Libc.O_NONBLOCK);
        using var other = Open(XenDevice.EventChannel, Libc.O_RDWR | Libc.O_NONBLOCK);
        var (port, peer) = Pair(one, other);
        Assert.Equal(peer, ReadPort(other));
        Assert.Equal(4, Write(other, peer).Value);
        var faults = _xen.Linux.Faults;
        faults.LoseEvents(1);
        Assert.Equal(0, Errno(Ioctl(one, XenAbi.IOCTL_EVTCHN_NOTIFY, port)));
        Assert.Equal(XenAbi.XEN_EAGAIN, Errno(Read(other, 16)));
        faults.Fail(Linux.KernelCall.Ioctl, XenAbi.XEN_EIO, XenDevice.EventChannel, XenAbi.IOCTL_EVTCHN_NOTIFY, after: 1);
        faults.Fail(Linux.KernelCall.Read, EINTR, times: 2);
        Assert.Equal(0, Errno(Ioctl(one, XenAbi.IOCTL_EVTCHN_NOTIFY, port)));
        Assert.Equal(XenAbi.XEN_EIO, Errno(Ioctl(one, XenAbi.IOCTL_EVTCHN_NOTIFY, port)));
        Assert.Equal(EINTR, Errno(Read(other, 16)));
        Assert.Equal(EINTR, Errno(Read(other, 16)));
        Assert.Equal(peer, ReadPort(other));
        Assert.Equal(0, faults.PendingCount);
    }

    [Fact]
    public void Device_file_that_is_refused_cannot_be_opened()
    {
        _xen.Linux.RefuseDevice(XenDevice.EventChannel, XenAbi.XEN_EACCES);
        Assert.Equal(XenAbi.XEN_EACCES, Kernel.Open(XenDevice.EventChannel, Libc.O_RDWR, out _).Errno);
        Assert.Equal(XenAbi.XEN_ENOENT, Kernel.Open("/dev/xen/other", Libc.O_RDWR, out _).Errno);
    }

    private (uint Port, uint Peer) Pair(SafeHandle one, SafeHandle other)
    {
        var port = (uint)Ioctl(one, XenAbi.IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0u).Value;
        var peer = BindInterdomain(other, 0, port);
        Assert.True(peer.IsSuccess);
        return (port, (uint)peer.Value);
    }

    private uint VcpuPort()
    {
        DmOp.CreateIoreqServer(_xen, _domain.Id, out var id).OrThrow("create");
        var page = Map(_privcmd, 1);
        Assert.Equal(0, Errno(Resource(page, 0, id.Value, 1, 1, out _)));
        DmOp.SetIoreqServerState(_xen, _domain.Id, id, enabled: true).OrThrow("enable");
        return ((ioreq*)page)->vp_eport;
    }

    private HypercallResult BindInterdomain(SafeHandle file, uint domain, uint port) => Ioctl(
        file,
        XenAbi.IOCTL_EVTCHN_BIND_INTERDOMAIN,
        new ioctl_evtchn_bind_interdomain { remote_domain = domain, remote_port = port });

    private HypercallResult Read(SafeHandle file, nuint length)
    {
        var buffer = stackalloc byte[64];
        return Kernel.Read(file, buffer, length);
    }

    private uint ReadPort(SafeHandle file)
    {
        uint port;
        Assert.Equal(4, Kernel.Read(file, &port, 16).Value);
        return port;
    }

    private HypercallResult Write(SafeHandle file, uint port) => Kernel.Write(file, &port, sizeof(uint));
}

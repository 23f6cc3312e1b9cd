using System;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Xen.Privcmd;
using Xen.Privcmd.Kernel;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Tests;

/// <summary>IRQFD and IOEVENTFD, on a kernel that has them.</summary>
public sealed class SimulatedLinuxEventFdTests : IDisposable
{
    private const ulong Device = 0xd0000000;

    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _domain;
    private readonly SafeHandle _privcmd;
    private readonly SafeHandle _events;

    public SimulatedLinuxEventFdTests()
    {
        _xen.Linux.HasEventFds = true;
        _domain = _xen.CreateDomain(7);
        Assert.Equal(0, Kernel.Open(XenDevice.Privcmd, Libc.O_RDWR, out var file).Errno);
        _privcmd = file!;
        Assert.Equal(0, Kernel.CreateEvent(out file).Errno);
        _events = file!;
    }

    private IKernel Kernel => _xen.Linux;

    public void Dispose()
    {
        _events.Dispose();
        _privcmd.Dispose();
        _xen.Dispose();
    }

    [Fact]
    public void Signal_becomes_an_interrupt_until_it_is_deassigned()
    {
        Signal();
        Assert.Equal(0, InterruptFd(flags: 0));
        Assert.Single(_domain.Messages);
        Assert.Equal(XenAbi.XEN_EBUSY, InterruptFd(flags: 0));
        Signal();
        Assert.Equal(2, _domain.Messages.Count);
        Assert.Equal(XenAbi.XEN_EAGAIN, Take());
        Assert.Equal(XenAbi.XEN_EINVAL, InterruptFd(flags: 6));
        Assert.Equal(0, InterruptFd(XenAbi.PRIVCMD_IRQFD_FLAG_DEASSIGN));
        Signal();
        Assert.Equal(2, _domain.Messages.Count);
        Assert.Equal(0, Take());
    }

    [Fact]
    public async Task Store_to_a_doorbell_is_answered_by_the_kernel_and_others_are_left_to_the_process()
    {
        DmOp.CreateIoreqServer(_xen, _domain.Id, out var id).OrThrow("create");
        DmOp.MapIoRange(_xen, _domain.Id, id, IoSpace.Memory, Device, Device + 0xfff).OrThrow("map");
        DmOp.SetIoreqServerState(_xen, _domain.Id, id, enabled: true).OrThrow("enable");
        using var page = _xen.ForeignMemory.MapResource(_domain.Id, XenAbi.XENMEM_resource_ioreq_server, id.Value, 1, 1);
        using var channels = _xen.Linux.OpenEventChannels();
        var port = Bind(channels, page);
        Assert.Equal(0, DoorbellFd(page, port.Value, flags: 0));
        Assert.Equal(XenAbi.XEN_EBUSY, DoorbellFd(page, port.Value, flags: 0));

        // Nobody but the kernel is there to answer.
        _domain.Vcpus[0].Write(Device + 0x50, 4, 3);
        Assert.Equal(0, Take());

        var other = Task.Run(
            () => _domain.Vcpus[0].Write(Device + 0x50, 4, 4), TestContext.Current.CancellationToken);
        var pending = new EventChannelPort[4];
        AnswerNext(channels, page, pending);
        await other.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(XenAbi.XEN_EAGAIN, Take());
        Assert.Equal(0, DoorbellFd(page, port.Value, XenAbi.PRIVCMD_IOEVENTFD_FLAG_DEASSIGN));
        Assert.Equal(XenAbi.XEN_ENOENT, DoorbellFd(page, port.Value, XenAbi.PRIVCMD_IOEVENTFD_FLAG_DEASSIGN));
    }

    [Fact]
    public void Process_hears_of_a_store_only_after_the_kernel_has_looked_at_it()
    {
        DmOp.CreateIoreqServer(_xen, _domain.Id, out var id).OrThrow("create");
        DmOp.MapIoRange(_xen, _domain.Id, id, IoSpace.Memory, Device, Device + 0xfff).OrThrow("map");
        DmOp.SetIoreqServerState(_xen, _domain.Id, id, enabled: true).OrThrow("enable");
        using var page = _xen.ForeignMemory.MapResource(_domain.Id, XenAbi.XENMEM_resource_ioreq_server, id.Value, 1, 1);
        using var channels = _xen.Linux.OpenEventChannels();
        Assert.Equal(0, DoorbellFd(page, Bind(channels, page).Value, flags: 0));
        Assert.False(_xen.Linux.HasEvents);

        // The kernel answers a store by signalling the guest.
        var hasHeard = new System.Collections.Generic.List<bool>();
        _xen.Faults.When(
            XenAbi.__HYPERVISOR_event_channel_op, XenAbi.EVTCHNOP_send, () => hasHeard.Add(_xen.Linux.HasEvents));
        _domain.Vcpus[0].Write(Device + 0x50, 4, 3);
        Assert.Equal([false], hasHeard);
        Assert.True(_xen.Linux.HasEvents);
        Assert.Equal(0, Take());
    }

    [Theory]
    [InlineData("6.1", Libc.ENOTTY)]
    [InlineData("6.12", XenAbi.XEN_EOPNOTSUPP)]
    public void Kernel_without_them_answers_as_its_release_does(string release, int errno)
    {
        _xen.Linux.HasEventFds = false;
        _xen.Linux.Release = Version.Parse(release);
        Assert.Equal(errno, InterruptFd(flags: 0));
    }

    private static unsafe EventChannelPort Bind(LinuxEventChannels channels, IForeignMapping page)
    {
        var port = channels.BindInterdomain(new DomainId(7), new EventChannelPort(((ioreq*)page.Address)->vp_eport));
        channels.Wait(new EventChannelPort[1], TimeSpan.Zero, TestContext.Current.CancellationToken);
        channels.Unmask(port);
        return port;
    }

    // The kernel's answers wake the process up, too.
    private static unsafe void AnswerNext(LinuxEventChannels channels, IForeignMapping page, EventChannelPort[] pending)
    {
        var slot = (ioreq*)page.Address;
        while (true)
        {
            Assert.Equal(1, channels.Wait(pending, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
            channels.Unmask(pending[0]);
            if (slot->state != XenAbi.STATE_IOREQ_READY)
                continue;
            slot->state = (byte)XenAbi.STATE_IOREQ_INPROCESS;
            slot->state = (byte)XenAbi.STATE_IORESP_READY;
            channels.Notify(pending[0]).OrThrow("notify");
            return;
        }
    }

    private unsafe int InterruptFd(uint flags)
    {
        var operation = new xen_dm_op { op = XenAbi.XEN_DMOP_inject_msi };
        var request = new privcmd_irqfd
        {
            dm_op = (ulong)&operation,
            size = (uint)sizeof(xen_dm_op),
            fd = (uint)_events.DangerousGetHandle(),
            flags = flags,
            dom = 7,
        };
        return Kernel.Ioctl(_privcmd, XenAbi.IOCTL_PRIVCMD_IRQFD, &request).Errno;
    }

    private unsafe int DoorbellFd(IForeignMapping page, uint port, uint flags)
    {
        var request = new privcmd_ioeventfd
        {
            ioreq = (ulong)page.Address,
            ports = (ulong)&port,
            addr = Device,
            addr_len = 4,
            event_fd = (uint)_events.DangerousGetHandle(),
            vcpus = 1,
            vq = 3,
            flags = flags,
            dom = 7,
        };
        return Kernel.Ioctl(_privcmd, XenAbi.IOCTL_PRIVCMD_IOEVENTFD, &request).Errno;
    }

    private unsafe void Signal()
    {
        ulong one = 1;
        Assert.Equal(8, Kernel.Write(_events, &one, 8).Value);
    }

    private unsafe int Take()
    {
        ulong count;
        return Kernel.Read(_events, &count, 8).Errno;
    }
}

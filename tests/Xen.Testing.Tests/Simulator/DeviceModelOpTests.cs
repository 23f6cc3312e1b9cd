using System;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Tests.Simulator;

/// <summary>What each device model operation refuses, beyond what the rules of conformance try on the real Xen.</summary>
public sealed unsafe class DeviceModelOpTests : IDisposable
{
    // Bytes of each operation's payload, from operation 1.
    private static readonly byte[] Payloads = [6, 24, 24, 24, 4, 4, 16, 6, 2, 2, 8, 16, 24, 16, 16, 4, 24, 24, 8, 4];

    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _domain;

    public DeviceModelOpTests() => _domain = _xen.CreateDomain(5, vcpus: 2);

    public void Dispose() => _xen.Dispose();

    [Fact]
    public void Each_operation_wants_its_own_payload_and_no_more()
    {
        for (var op = 1u; op <= Payloads.Length; op++)
        {
            Assert.Equal(XenAbi.XEN_EFAULT, Issue(op, 8 + Payloads[op - 1] - 1));
            Assert.NotEqual(XenAbi.XEN_EFAULT, op == XenAbi.XEN_DMOP_track_dirty_vram ? 0 : Issue(op, 8 + Payloads[op - 1]));
        }

        Assert.Equal(XenAbi.XEN_EFAULT, Issue(XenAbi.XEN_DMOP_nr_vcpus, 7));
        Assert.Equal(XenAbi.XEN_EOPNOTSUPP, Issue(0, 8));
        Assert.Equal(XenAbi.XEN_EOPNOTSUPP, Issue(99, 8));
        Assert.Equal(XenAbi.XEN_EOPNOTSUPP, Issue(XenAbi.XEN_DMOP_set_irq_level, 32));
        Assert.Equal(XenAbi.XEN_EINVAL, Issue(0, 32, pad: 1));
        Assert.Equal(XenAbi.XEN_EOPNOTSUPP, Issue(99, 32, pad: 1));
    }

    [Fact]
    public void Who_is_asked_about_decides_before_what_is_asked()
    {
        var pv = _xen.CreateDomain(6, kind: SimulatedDomainKind.Pv);
        Assert.Equal(XenAbi.XEN_EINVAL, DmOp.GetVcpuCount(_xen, pv.Id, out _).Errno);
        Assert.Equal(XenAbi.XEN_EPERM, DmOp.GetVcpuCount(_xen, default, out _).Errno);
        Assert.Equal(XenAbi.XEN_ESRCH, DmOp.GetVcpuCount(_xen, new DomainId(0x7ff4), out _).Errno);

        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_nr_vcpus };
        var buffers = stackalloc xen_dm_op_buf[3];
        buffers[0] = new xen_dm_op_buf { h = (byte*)&op, size = 32 };
        Assert.Equal(XenAbi.XEN_E2BIG, _xen.DeviceModelOp(new DomainId(0x7ff4), buffers, 3).Errno);
    }

    [Fact]
    public void Lines_are_set_within_their_bounds()
    {
        Assert.True(DmOp.SetPciIntxLevel(_xen, _domain.Id, new PciSbdf(0, 0, 31, 0), 3, asserted: true).IsSuccess);
        Assert.True(DmOp.SetIsaIrqLevel(_xen, _domain.Id, 15, asserted: true).IsSuccess);
        Assert.True(DmOp.SetPciLinkRoute(_xen, _domain.Id, 3, 11).IsSuccess);
        Assert.Equal(["isa 15", "pci 31 intd"], _domain.Interrupts.Asserted());
        Assert.Equal(11, _domain.Interrupts.GetRoute(3));
        Assert.True(DmOp.SetIsaIrqLevel(_xen, _domain.Id, 15, asserted: false).IsSuccess);
        Assert.False(_domain.Interrupts.IsIsaAsserted(15));
        Assert.Equal(XenAbi.XEN_EINVAL, DmOp.SetIsaIrqLevel(_xen, _domain.Id, 16, asserted: true).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, DmOp.SetPciLinkRoute(_xen, _domain.Id, 4, 11).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, DmOp.SetPciLinkRoute(_xen, _domain.Id, 0, 16).Errno);
        Assert.Equal(
            XenAbi.XEN_EINVAL, DmOp.SetPciIntxLevel(_xen, _domain.Id, new PciSbdf(0, 1, 0, 0), 0, asserted: true).Errno);
    }

    [Fact]
    public void A_server_has_room_for_256_ranges_that_do_not_touch()
    {
        DmOp.CreateIoreqServer(_xen, _domain.Id, out var id).OrThrow("create");
        for (var i = 0UL; i < 256; i++)
            Assert.True(DmOp.MapIoRange(_xen, _domain.Id, id, IoSpace.Memory, i * 0x2000, (i * 0x2000) + 0xfff).IsSuccess);
        Assert.Equal(XenAbi.XEN_ENOMEM, Map(0x1000000, 0x1000fff));
        Assert.Equal(XenAbi.XEN_ENOMEM, Unmap(0x2100, 0x21ff)); // it would split
        Assert.Equal(0, Map(0x1000, 0x1fff)); // it joins two
        Assert.Equal(0, Map(0x1000000, 0x1000fff));
        Assert.True(DmOp.MapIoRange(_xen, _domain.Id, id, IoSpace.Port, 0, 0xffff).IsSuccess);
        Assert.Equal(XenAbi.XEN_ENOMEM, Unmap(0x800, 0x27ff));
        Assert.Equal(0, Unmap(0x1000000, 0x1000fff));
        Assert.Equal(0, Unmap(0x800, 0x27ff));
        Assert.Equal(XenAbi.XEN_ENOENT, Unmap(0x800, 0x800));
        Assert.Equal(XenAbi.XEN_EEXIST, Map(0x7ff, 0x800));
        Assert.Empty(_xen.FindContradictions());

        int Map(ulong first, ulong last) => DmOp.MapIoRange(_xen, _domain.Id, id, IoSpace.Memory, first, last).Errno;
        int Unmap(ulong first, ulong last) => DmOp.UnmapIoRange(_xen, _domain.Id, id, IoSpace.Memory, first, last).Errno;
    }

    [Fact]
    public void Frames_of_a_server_are_told_where_the_toolstack_set_some_aside()
    {
        DmOp.CreateIoreqServer(_xen, _domain.Id, BufferedIoreqMode.Atomic, out var id).OrThrow("create");
        Assert.Equal(XenAbi.XEN_ENOMEM, DmOp.GetIoreqServerInfo(_xen, _domain.Id, id, out _).Errno);

        var hvm = _xen.CreateDomain(6, kind: SimulatedDomainKind.Hvm);
        DmOp.CreateIoreqServer(_xen, hvm.Id, BufferedIoreqMode.Atomic, out id).OrThrow("create");
        Assert.True(DmOp.GetIoreqServerInfo(_xen, hvm.Id, id, out var info).IsSuccess);
        Assert.Equal((0xfeffdUL, 0xfeffbUL), (info.IoreqFrame.Value, info.BufferedFrame.Value));
        DmOp.CreateIoreqServer(_xen, hvm.Id, out var other).OrThrow("create");
        Assert.Equal(XenAbi.XEN_ENOMEM, DmOp.GetIoreqServerInfo(_xen, hvm.Id, other, out _).Errno);

        // The slots are in the guest's memory now.
        DmOp.SetIoreqServerState(_xen, hvm.Id, id, enabled: true).OrThrow("enable");
        var errors = new int[1];
        using var page = _xen.ForeignMemory.Map(hvm.Id, [info.IoreqFrame], ForeignAccess.ReadWrite, errors);
        Assert.NotEqual(0u, ((ioreq*)page.Address)->vp_eport);
        DmOp.DestroyIoreqServer(_xen, hvm.Id, id).OrThrow("destroy");
        Assert.True(DmOp.GetIoreqServerInfo(_xen, hvm.Id, other, out _).IsSuccess);
    }

    [Fact]
    public void Frames_that_were_taken_as_a_resource_are_not_told()
    {
        var hvm = _xen.CreateDomain(6, kind: SimulatedDomainKind.Hvm);
        DmOp.CreateIoreqServer(_xen, hvm.Id, out var id).OrThrow("create");
        _xen.ForeignMemory.MapResource(hvm.Id, XenAbi.XENMEM_resource_ioreq_server, id.Value, 1, 1).Dispose();
        Assert.Equal(XenAbi.XEN_EPERM, DmOp.GetIoreqServerInfo(_xen, hvm.Id, id, out _).Errno);
        Assert.True(DmOp.GetIoreqServerPort(_xen, hvm.Id, id, out _).IsSuccess);
    }

    [Fact]
    public void Written_pages_are_told_once()
    {
        DomctlInterface.Probe(_xen, out var domctl).OrThrow("probe");
        Domctl.EnableDirtyLog(_xen, domctl, _domain.Id).OrThrow("log");
        var bitmap = new byte[2];
        Assert.True(DmOp.TrackDirtyVram(_xen, _domain.Id, new GuestFrameNumber(0x10), 12, bitmap).IsSuccess);
        Assert.Equal([0xff, 0x0f], bitmap);
        _domain.MarkDirty(0x13);
        Assert.True(DmOp.TrackDirtyVram(_xen, _domain.Id, new GuestFrameNumber(0x10), 12, bitmap).IsSuccess);
        Assert.Equal([0x08, 0x00], bitmap);
        Assert.True(DmOp.TrackDirtyVram(_xen, _domain.Id, new GuestFrameNumber(0x10), 12, bitmap).IsSuccess);
        Assert.Equal([0x00, 0x00], bitmap);

        var extents = new[] { new xen_dm_op_modified_memory_extent { first_pfn = 0x20, nr = 2 } };
        Assert.True(DmOp.ModifiedMemory(_xen, _domain.Id, extents, out _).IsSuccess);
        var log = new byte[0x100];
        Assert.True(Domctl.CleanDirtyPages(_xen, domctl, _domain.Id, isFinal: false, log, out var statistics).IsSuccess);
        Assert.Equal((3u, 0x08, 0x03), (statistics.DirtyPages, log[0x13 / 8], log[0x20 / 8]));
        Assert.True(Domctl.PeekDirtyPages(_xen, domctl, _domain.Id, log, out statistics).IsSuccess);
        Assert.Equal(0u, statistics.DirtyPages);
    }

    [Fact]
    public void Moved_pages_keep_what_is_in_them()
    {
        _domain.Memory[0x3000] = 0x77;
        Assert.True(DmOp.RelocateMemory(
            _xen, _domain.Id, new GuestFrameNumber(3), new GuestFrameNumber(0x300), 1).IsSuccess);
        Assert.Equal(0x77, _domain.Memory[0x300 * XenPage.Size]);
        Assert.Equal(XenAbi.XEN_EINVAL, DmOp.RelocateMemory(
            _xen, _domain.Id, new GuestFrameNumber(3), new GuestFrameNumber(0x301), 1).Errno);
        Assert.Equal(1023, _domain.Reservation);
    }

    [Fact]
    public void The_first_reason_to_stop_stands()
    {
        DomctlInterface.Probe(_xen, out var domctl).OrThrow("probe");
        Assert.True(DmOp.RemoteShutdown(_xen, _domain.Id, ShutdownReason.Reboot).IsSuccess);
        Assert.True(DmOp.RemoteShutdown(_xen, _domain.Id, ShutdownReason.Crash).IsSuccess);
        Assert.True(Domctl.GetDomainInfo(_xen, domctl, _domain.Id, out var info).IsSuccess);
        Assert.Equal((uint)ShutdownReason.Reboot, info.ShutdownReason);
    }

    [Fact]
    public void An_injected_event_is_taken_when_the_vcpu_runs()
    {
        Assert.True(DmOp.InjectEvent(
            _xen, _domain.Id, new VcpuId(1), InjectedEventType.ExternalInterrupt, 0x40).IsSuccess);
        Assert.Null(_domain.Vcpus[0].TakeEvent());
        Assert.Equal(0x40, _domain.Vcpus[1].TakeEvent()!.Value.Vector);
        Assert.True(DmOp.InjectEvent(_xen, _domain.Id, new VcpuId(1), InjectedEventType.Nmi, 2).IsSuccess);
    }

    [Fact]
    public void The_end_of_a_domain_ends_its_servers_and_its_ports()
    {
        using var model = new StepwiseModel(_xen, _domain);
        model.Start();
        _domain.Destroy();
        Assert.Equal(0, _domain.ServerCount);
        Assert.True(DmOp.GetVcpuCount(_xen, _domain.Id, out _).IsSuccess);
        Assert.Equal(XenAbi.XEN_EINVAL, DmOp.CreateIoreqServer(_xen, _domain.Id, out _).Errno);
        Assert.Equal(XenAbi.XEN_ENOENT, DmOp.ProbeIoreqServer(_xen, _domain.Id, model.Id).Errno);
        Assert.False(model.HasEvents);
        Assert.Empty(_xen.FindContradictions());
    }

    private int Issue(uint op, int size, uint pad = 0)
    {
        var bytes = new byte[32];
        BitConverter.TryWriteBytes(bytes, op);
        BitConverter.TryWriteBytes(bytes.AsSpan(4), pad);

        // SAFETY: the array is pinned until the call returns, and as long as the largest operation.
        fixed (byte* start = bytes)
        {
            var buffer = new xen_dm_op_buf { h = start, size = (ulong)size };
            return _xen.DeviceModelOp(_domain.Id, &buffer, 1).Errno;
        }
    }
}

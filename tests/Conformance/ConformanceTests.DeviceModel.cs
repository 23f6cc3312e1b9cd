using Xen.Sys;

namespace Conformance;

/// <content>Device model operations.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    public void Device_model_operations_are_for_other_domains_that_exist()
    {
        Assert.True(DmOp.GetVcpuCount(_xen.Transport, Guest, out var count).IsSuccess);
        Assert.Equal(1u, count);
        Assert.Equal(XenAbi.XEN_EPERM, DmOp.GetVcpuCount(_xen.Transport, new DomainId(0), out _).Errno);
        Assert.Equal(XenAbi.XEN_ESRCH, DmOp.GetVcpuCount(_xen.Transport, NoSuchDomain, out _).Errno);
    }

    [Fact]
    public unsafe void Malformed_operation_is_refused_by_its_fault()
    {
        Assert.Equal(XenAbi.XEN_EOPNOTSUPP, Issue(new xen_dm_op { op = 99 }, (ulong)sizeof(xen_dm_op), 1).Errno);
        Assert.Equal(
            XenAbi.XEN_EINVAL,
            Issue(new xen_dm_op { op = XenAbi.XEN_DMOP_nr_vcpus, pad = 1 }, (ulong)sizeof(xen_dm_op), 1).Errno);
        Assert.Equal(XenAbi.XEN_EFAULT, Issue(new xen_dm_op { op = XenAbi.XEN_DMOP_nr_vcpus }, 8, 1).Errno);
        Assert.Equal(
            XenAbi.XEN_E2BIG,
            Issue(new xen_dm_op { op = XenAbi.XEN_DMOP_nr_vcpus }, (ulong)sizeof(xen_dm_op), 3).Errno);
        Assert.True(Issue(default, 0, 0).IsSuccess);

        HypercallResult Issue(xen_dm_op op, ulong size, uint count)
        {
            // SAFETY: all buffers are the one structure on this stack frame.
            var buffers = stackalloc xen_dm_op_buf[3];
            for (var i = 0; i < 3; i++)
                buffers[i] = new xen_dm_op_buf { h = (byte*)&op, size = size };
            return _xen.Transport.DeviceModelOp(Guest, buffers, count);
        }
    }

    [Fact]
    public void Domain_has_room_for_eight_servers()
    {
        for (var i = 0; i < 8; i++)
        {
            Assert.True(DmOp.CreateIoreqServer(_xen.Transport, Guest, out var id).IsSuccess);
            Assert.Equal(i, id.Value);
        }

        Assert.Equal(XenAbi.XEN_ENOSPC, DmOp.CreateIoreqServer(_xen.Transport, Guest, out _).Errno);
        Assert.True(DmOp.DestroyIoreqServer(_xen.Transport, Guest, new IoreqServerId(3)).IsSuccess);
        Assert.True(DmOp.CreateIoreqServer(_xen.Transport, Guest, out var again).IsSuccess);
        Assert.Equal(3, again.Value);
        Assert.Equal(
            XenAbi.XEN_ENOENT, DmOp.DestroyIoreqServer(_xen.Transport, Guest, new IoreqServerId(20)).Errno);
    }

    [Fact]
    public void Ranges_of_one_server_do_not_overlap_and_split_when_unmapped()
    {
        var first = NewServer();
        var second = NewServer();
        Assert.True(Map(first, 0xd0000000, 0xd0000fff).IsSuccess);
        Assert.Equal(XenAbi.XEN_EEXIST, Map(first, 0xd0000000, 0xd0000fff).Errno);
        Assert.Equal(XenAbi.XEN_EEXIST, Map(first, 0xd0000800, 0xd0001000).Errno);
        Assert.True(Map(second, 0xd0000000, 0xd0000fff).IsSuccess);
        Assert.Equal(XenAbi.XEN_EINVAL, Map(first, 0xe0000001, 0xe0000000).Errno);
        Assert.Equal(XenAbi.XEN_ENOENT, Map(new IoreqServerId(20), 0xe0000000, 0xe0000000).Errno);
        Assert.Equal(XenAbi.XEN_ENOENT, Unmap(first, 0xe0000000, 0xe0000fff).Errno);
        Assert.True(Unmap(first, 0xd0000400, 0xd00007ff).IsSuccess);
        Assert.True(Map(first, 0xd0000400, 0xd00007ff).IsSuccess);
        Assert.Equal(
            XenAbi.XEN_EINVAL,
            DmOp.MapIoRange(_xen.Transport, Guest, first, (IoSpace)7, 0, 1).Errno);
    }

    [Fact]
    public void Server_is_found_by_whoever_asks()
    {
        var id = NewServer();
        Assert.True(DmOp.ProbeIoreqServer(_xen.Transport, Guest, id).IsSuccess);
        Assert.Equal(XenAbi.XEN_ENOENT, DmOp.ProbeIoreqServer(_xen.Transport, Guest, new IoreqServerId(5)).Errno);
    }

    [Fact]
    public void Message_to_a_processor_is_taken()
    {
        Assert.True(DmOp.InjectMsi(_xen.Transport, Guest, 0xfee00000, 0x31).IsSuccess);
        Assert.Equal(XenAbi.XEN_ESRCH, DmOp.InjectMsi(_xen.Transport, NoSuchDomain, 0xfee00000, 0x31).Errno);
    }

    [Fact]
    public unsafe void Ports_of_a_server_are_known_once_it_is_enabled()
    {
        var id = NewServer();
        using var page = _xen.ForeignMemory.MapResource(
            Guest, XenAbi.XENMEM_resource_ioreq_server, id.Value, frame: 1, count: 1);
        var slot = (ioreq*)page.Address;
        Assert.Equal(0u, slot->vp_eport);
        Assert.True(DmOp.SetIoreqServerState(_xen.Transport, Guest, id, enabled: true).IsSuccess);
        Assert.NotEqual(0u, slot->vp_eport);
    }

    [Fact]
    public void Resource_frame_that_is_not_there_is_refused()
    {
        var id = NewServer();
        Assert.Equal(XenAbi.XEN_ENOENT, Refusal(Guest, id.Value, frame: 0)); // no buffered page
        Assert.Equal(XenAbi.XEN_EINVAL, Refusal(Guest, id.Value, frame: 2));
        Assert.Equal(XenAbi.XEN_ENOENT, Refusal(Guest, server: 77, frame: 1));
        Assert.Equal(XenAbi.XEN_ESRCH, Refusal(NoSuchDomain, id.Value, frame: 1));

        int Refusal(DomainId domain, uint server, ulong frame) => Assert.Throws<HypercallException>(
            () => _xen.ForeignMemory.MapResource(
                domain, XenAbi.XENMEM_resource_ioreq_server, server, frame, count: 1)).Errno;
    }

    private IoreqServerId NewServer()
    {
        DmOp.CreateIoreqServer(_xen.Transport, Guest, out var id).OrThrow("dm_op create_ioreq_server", Guest);
        return id;
    }

    private HypercallResult Map(IoreqServerId id, ulong first, ulong last) =>
        DmOp.MapIoRange(_xen.Transport, Guest, id, IoSpace.Memory, first, last);

    private HypercallResult Unmap(IoreqServerId id, ulong first, ulong last) =>
        DmOp.UnmapIoRange(_xen.Transport, Guest, id, IoSpace.Memory, first, last);
}

using System;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Xen.Testing.Tests;

/// <content>/dev/xen/privcmd.</content>
public sealed unsafe partial class SimulatedLinuxTests
{
    [Fact]
    public void Kernels_limits_of_device_model_operations_come_before_Xens()
    {
        const uint Vcpus = XenAbi.XEN_DMOP_nr_vcpus;
        Assert.Equal(0, Errno(DeviceModelOp(Vcpus, 12, domain: 0x7ff4, count: 0)));
        Assert.Equal(XenAbi.XEN_ESRCH, Errno(DeviceModelOp(Vcpus, 32, domain: 0x7ff4)));
        Assert.Equal(XenAbi.XEN_EPERM, Errno(DeviceModelOp(Vcpus, 32, domain: 0)));
        Assert.Equal(0, Errno(DeviceModelOp(Vcpus, 32)));
        Assert.Equal(0, Errno(DeviceModelOp(Vcpus, 4096)));
        Assert.Equal(XenAbi.XEN_E2BIG, Errno(DeviceModelOp(Vcpus, 4097)));
        Assert.Equal(XenAbi.XEN_E2BIG, Errno(DeviceModelOp(Vcpus, 32, count: 3)));
        Assert.Equal(XenAbi.XEN_E2BIG, Errno(DeviceModelOp(Vcpus, 32, count: 17)));
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(DeviceModelOp(Vcpus, 32, pad: 1)));
        Assert.Equal(XenAbi.XEN_EOPNOTSUPP, Errno(DeviceModelOp(99, 32)));
        Assert.Equal(XenAbi.XEN_EFAULT, Errno(DeviceModelOp(Vcpus, 4)));
        Assert.Equal(XenAbi.XEN_EFAULT, Errno(DeviceModelOp(Vcpus, 8)));
    }

    [Fact]
    public void Address_that_is_none_is_EFAULT()
    {
        Assert.Equal(XenAbi.XEN_EFAULT, Errno(Kernel.Ioctl(_privcmd, XenAbi.IOCTL_PRIVCMD_HYPERCALL, null)));
        Assert.Equal(XenAbi.XEN_EFAULT, Errno(Kernel.Ioctl(_privcmd, XenAbi.IOCTL_PRIVCMD_DM_OP, (void*)0x10)));
        Assert.Equal(XenAbi.XEN_EFAULT, Errno(Ioctl(
            _privcmd, XenAbi.IOCTL_PRIVCMD_DM_OP, new privcmd_dm_op { dom = 7, num = 1, ubufs = (privcmd_dm_op_buf*)0x1000 })));
    }

    [Fact]
    public void First_batch_covers_the_mapping_and_later_ones_fill_holes()
    {
        var errors = new int[4];
        var area = Map(_privcmd, 4);
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(Batch(area, [0, 1], errors)));
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(Batch(area, [], errors)));
        Assert.Equal(0, Errno(Batch(area, [0, 1, 2, 3], errors)));
        Assert.Equal([0, 0, 0, 0], errors);
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(Batch(area, [0, 1, 2, 3], errors)));
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(Batch(area + (4 * 4096), [0], errors)));

        var holes = Map(_privcmd, 4);
        Assert.Equal(0, Errno(Batch(holes, [0, 1000, 1, 0xfffffffff], errors)));
        Assert.Equal([0, -XenAbi.XEN_EINVAL, 0, -XenAbi.XEN_EINVAL], errors);
        Assert.Equal(0, Errno(Batch(holes + 4096, [5], errors.AsSpan(0, 1))));
        Assert.Equal(0, errors[0]);
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(Batch(holes + 4096, [5], errors.AsSpan(0, 1))));
    }

    [Fact]
    public void Pages_are_shown_in_the_order_of_the_list_and_an_alias_is_one_page()
    {
        var errors = new int[4];
        for (var page = 0; page < 16; page++)
            _domain.Memory[page * 4096] = (byte)page;
        var area = Map(_privcmd, 4);
        Assert.Equal(0, Errno(Batch(area, [9, 3, 3, 4], errors)));
        Assert.Equal([9, 3, 3, 4], new[] { area[0], area[4096], area[2 * 4096], area[3 * 4096] });
        area[4096 + 8] = 0x77;
        Assert.Equal(0x77, area[(2 * 4096) + 8]);
        Assert.Equal(0x77, _domain.Memory[(3 * 4096) + 8]);
    }

    [Fact]
    public void Memory_that_is_not_privcmds_is_EINVAL()
    {
        var errors = new int[1];
        Assert.Equal(0, Kernel.Map(
            0, 8192, Access, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS, null, 0, out var ordinary).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(Batch((byte*)ordinary, [0], errors)));
        Assert.Equal(0, Kernel.Unmap(ordinary, 8192).Errno);
    }

    [Fact]
    public void Foreign_mapping_goes_as_a_whole_or_with_all_around_it()
    {
        var errors = new int[4];
        var area = Map(_privcmd, 4);
        Assert.Equal(0, Errno(Batch(area, [0, 1, 2, 3], errors)));
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(Kernel.Unmap((nint)area + 4096, 4096)));
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(Kernel.Unmap((nint)area, 4096)));
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(Kernel.Advise((nint)area, 4096, 11)));
        Assert.Equal(0, Errno(Kernel.Advise((nint)area, 4096, Libc.MADV_DONTFORK)));

        const int Reservation = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE;
        Assert.Equal(0, Kernel.Map(0, 16 * 4096, Libc.PROT_NONE, Reservation, null, 0, out var window).Errno);
        const int Fixed = Libc.MAP_SHARED | Libc.MAP_FIXED;
        Assert.Equal(0, Kernel.Map(window + 4096, 2 * 4096, Access, Fixed, _privcmd, 0, out _).Errno);
        Assert.Equal(0, Kernel.Map(window + (3 * 4096), 4096, Access, Fixed, _privcmd, 0, out _).Errno);
        Assert.Equal(0, Errno(Batch((byte*)window + 4096, [6, 7], errors.AsSpan(0, 2))));
        Assert.Equal(0, Errno(Batch((byte*)window + (3 * 4096), [8], errors.AsSpan(0, 1))));
        Assert.Equal(7, _domain.MappedPages);
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(Kernel.Unmap(window, 2 * 4096)));
        Assert.Equal(7, _domain.MappedPages);
        Assert.Equal(0, Errno(Kernel.Unmap(window, 16 * 4096)));
        Assert.Equal(4, _domain.MappedPages);
        Assert.Equal(1, _xen.Linux.CountMappings(_domain.Id));
    }

    [Fact]
    public void Page_that_is_paged_out_fails_the_batch_with_ENOENT_until_it_is_there()
    {
        var errors = new int[2];
        _domain.PageOut(1, absences: 1);
        var area = Map(_privcmd, 2);
        Assert.Equal(XenAbi.XEN_ENOENT, Errno(Batch(area, [0, 1], errors)));
        Assert.Equal([0, -XenAbi.XEN_ENOENT], errors);
        Assert.Equal(0, Errno(Batch(area + 4096, [1], errors.AsSpan(0, 1))));
        Assert.Equal(0, errors[0]);
    }

    [Fact]
    public void Resource_is_sized_mapped_and_refused()
    {
        DmOp.CreateIoreqServer(_xen, _domain.Id, BufferedIoreqMode.Atomic, out var id).OrThrow("create");
        DmOp.CreateIoreqServer(_xen, _domain.Id, out var other).OrThrow("create");
        Assert.Equal(0, Errno(Resource(null, 0, id.Value, 0, 0, out var size)));
        Assert.Equal(2UL, size);
        Assert.Equal(0, Errno(Resource(null, 0, 77, 0, 0, out size)));
        Assert.Equal(2UL, size);
        Assert.Equal(0, Errno(Resource(null, 9, 0, 0, 0, out size)));
        Assert.Equal(0xffffffa1UL, size);
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(Resource(null, 0, id.Value, 0, 1, out _)));
        Assert.Equal(XenAbi.XEN_ENOENT, Errno(Resource(Map(_privcmd, 1), 0, other.Value, 0, 1, out _)));
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(Resource(Map(_privcmd, 1), 0, other.Value, 2, 1, out _)));

        var pages = Map(_privcmd, 2);
        Assert.Equal(0, Errno(Resource(pages, 0, id.Value, 0, 2, out _)));
        var slots = (ioreq*)(pages + 4096);
        Assert.Equal((0u, 0u), (slots[0].vp_eport, slots[1].vp_eport));
        DmOp.SetIoreqServerState(_xen, _domain.Id, id, enabled: true).OrThrow("enable");
        Assert.NotEqual(0u, slots[0].vp_eport);
        Assert.NotEqual(slots[0].vp_eport, slots[1].vp_eport);
    }

    [Fact]
    public void Event_fds_and_unknown_requests_are_what_Debians_kernels_make_of_them()
    {
        Assert.Equal(XenAbi.XEN_EOPNOTSUPP, Errno(Ioctl(_privcmd, XenAbi.IOCTL_PRIVCMD_IRQFD, default(privcmd_irqfd))));
        Assert.Equal(
            XenAbi.XEN_EOPNOTSUPP, Errno(Ioctl(_privcmd, XenAbi.IOCTL_PRIVCMD_IOEVENTFD, default(privcmd_ioeventfd))));
        Assert.Equal(ENOTTY, Errno(Kernel.Ioctl(_privcmd, 0x5001ff, null)));
    }

    [Fact]
    public void Restriction_is_to_one_domain_and_for_good()
    {
        using var file = Open(XenDevice.Privcmd);
        var call = new privcmd_hypercall { op = XenAbi.__HYPERVISOR_xen_version };
        Assert.Equal(262161, Ioctl(file, XenAbi.IOCTL_PRIVCMD_HYPERCALL, call).Value);
        Assert.Equal(
            XenAbi.XEN_ENOSYS,
            Errno(Ioctl(file, XenAbi.IOCTL_PRIVCMD_HYPERCALL, new privcmd_hypercall { op = 63 })));
        Assert.Equal(0, Errno(Ioctl(file, XenAbi.IOCTL_PRIVCMD_RESTRICT, (ushort)7)));
        Assert.Equal(0, Errno(Ioctl(file, XenAbi.IOCTL_PRIVCMD_RESTRICT, (ushort)7)));
        Assert.Equal(XenAbi.XEN_EINVAL, Errno(Ioctl(file, XenAbi.IOCTL_PRIVCMD_RESTRICT, (ushort)8)));
        Assert.Equal(XenAbi.XEN_EPERM, Errno(Ioctl(file, XenAbi.IOCTL_PRIVCMD_HYPERCALL, call)));
        Assert.Equal(0, Errno(DeviceModelOp(XenAbi.XEN_DMOP_nr_vcpus, 32, file: file)));
        Assert.Equal(XenAbi.XEN_EPERM, Errno(DeviceModelOp(XenAbi.XEN_DMOP_nr_vcpus, 32, domain: 8, file: file)));
        Assert.Equal(XenAbi.XEN_EPERM, Errno(Ioctl(
            file, XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE, new privcmd_mmap_resource { dom = 8, type = 1 })));
    }

    [Fact]
    public void Domain_that_is_destroyed_stays_until_its_last_page_is_unmapped()
    {
        var errors = new int[4];
        var one = Map(_privcmd, 4);
        var other = Map(_privcmd, 4);
        var third = Map(_privcmd, 2, Libc.PROT_READ);
        Assert.Equal(0, Errno(Batch(one, [0, 1, 2, 3], errors)));
        Assert.Equal(0, Errno(Batch(other, [0, 5, 1, 1000], errors)));
        Assert.Equal(0, Errno(Batch(third, [0, 1], errors.AsSpan(0, 2))));
        one[5] = 0x42;
        _domain.Destroy();
        Assert.True(MemoryOp.CurrentReservation(_xen, _domain.Id, out var pages).IsSuccess);
        Assert.Equal(5UL, pages);
        Assert.Equal(0, Errno(DeviceModelOp(XenAbi.XEN_DMOP_nr_vcpus, 32)));
        Assert.Equal((0x42, 0x42), (other[5], third[5]));

        foreach (var (address, length) in _mapped)
            Assert.Equal(0, Kernel.Unmap(address, length).Errno);
        _mapped.Clear();
        Assert.Equal(XenAbi.XEN_ESRCH, Errno(DeviceModelOp(XenAbi.XEN_DMOP_nr_vcpus, 32)));
        Assert.Equal(0, Errno(Batch(Map(_privcmd, 1), [0], errors.AsSpan(0, 1))));
        Assert.Equal(-XenAbi.XEN_ESRCH, errors[0]);
    }
}

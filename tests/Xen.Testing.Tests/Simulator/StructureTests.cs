using System;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Tests.Simulator;

/// <summary>Hypercalls that point to where nothing is.</summary>
public sealed class StructureTests : IDisposable
{
    private const ulong Nowhere = 0xdead0000;

    private readonly SimulatedXen _xen = new();

    public void Dispose() => _xen.Dispose();

    [Theory]
    [InlineData(XenAbi.__HYPERVISOR_memory_op, XenAbi.XENMEM_maximum_gpfn)]
    [InlineData(XenAbi.__HYPERVISOR_memory_op, XenAbi.XENMEM_acquire_resource)]
    [InlineData(XenAbi.__HYPERVISOR_xen_version, XenAbi.XENVER_extraversion)]
    [InlineData(XenAbi.__HYPERVISOR_hvm_op, XenAbi.HVMOP_get_param)]
    [InlineData(XenAbi.__HYPERVISOR_event_channel_op, XenAbi.EVTCHNOP_send)]
    [InlineData(XenAbi.__HYPERVISOR_grant_table_op, XenAbi.GNTTABOP_query_size)]
    public void Structure_of_an_operation_that_is_not_there_is_EFAULT(long hypercall, long operation)
    {
        Assert.Equal(XenAbi.XEN_EFAULT, _xen.Invoke((uint)hypercall, (ulong)operation, 0, 1).Errno);
        Assert.Equal(XenAbi.XEN_EFAULT, _xen.Invoke((uint)hypercall, (ulong)operation, Nowhere, 1).Errno);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Nowhere)]
    [InlineData(ulong.MaxValue - 8)]
    public void Structure_that_has_the_operation_in_it_and_is_not_there_is_EFAULT(ulong address)
    {
        Assert.Equal(XenAbi.XEN_EFAULT, _xen.Invoke((uint)XenAbi.__HYPERVISOR_domctl, address).Errno);
        Assert.Equal(XenAbi.XEN_EFAULT, _xen.Invoke((uint)XenAbi.__HYPERVISOR_sysctl, address).Errno);
        Assert.Equal(XenAbi.XEN_EFAULT, _xen.Invoke((uint)XenAbi.__HYPERVISOR_multicall, address, 1).Errno);
        Assert.Equal(XenAbi.XEN_EFAULT, _xen.Invoke((uint)XenAbi.__HYPERVISOR_dm_op, 5, 1, address).Errno);
    }

    [Fact]
    public void Number_of_structures_that_no_memory_has_is_EFAULT() => Assert.Equal(
        XenAbi.XEN_EFAULT,
        _xen.Invoke(
            (uint)XenAbi.__HYPERVISOR_grant_table_op, (ulong)XenAbi.GNTTABOP_copy, Nowhere, ulong.MaxValue).Errno);

    [Fact]
    public void Null_is_allowed_where_nothing_is_looked_at()
    {
        Assert.True(_xen.Invoke((uint)XenAbi.__HYPERVISOR_xen_version, (ulong)XenAbi.XENVER_version).IsSuccess);
        Assert.True(_xen.Invoke((uint)XenAbi.__HYPERVISOR_xen_version, (ulong)XenAbi.XENVER_build_id).Value > 0);
        Assert.True(_xen.Invoke((uint)XenAbi.__HYPERVISOR_memory_op, (ulong)XenAbi.XENMEM_maximum_ram_page).IsSuccess);
        Assert.True(_xen.Invoke((uint)XenAbi.__HYPERVISOR_multicall, 0, 0).IsSuccess);
        Assert.Equal(XenAbi.XEN_ENOSYS, _xen.Invoke((uint)XenAbi.__HYPERVISOR_memory_op, 0x7fff).Errno);
    }
}

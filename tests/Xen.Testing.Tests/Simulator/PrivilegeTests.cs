using System;
using Xen.Sys;
using Xen.Testing.Hypervisor;
using Xen.Testing.Linux;

namespace Xen.Testing.Tests.Simulator;

/// <summary>Who may do what.</summary>
public sealed unsafe class PrivilegeTests : IDisposable
{
    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _target;
    private readonly SimulatedDomain _stub;
    private readonly SimulatedLinux _linux;

    public PrivilegeTests()
    {
        _target = _xen.CreateDomain(5);
        _stub = _xen.CreateDomain(6);
        _linux = new SimulatedLinux(_xen, _stub.Id);
    }

    public void Dispose() => _xen.Dispose();

    [Fact]
    public void A_guest_may_not_do_what_toolstacks_do()
    {
        using var guest = _linux.OpenTransport();
        DomctlInterface.Probe(_xen, out var domctl).OrThrow("probe");
        Assert.Equal(XenAbi.XEN_EPERM, Domctl.PauseDomain(guest, domctl, _target.Id).Errno);
        Assert.Equal(XenAbi.XEN_ESRCH, Domctl.PauseDomain(guest, domctl, new DomainId(99)).Errno);
        Assert.Equal(XenAbi.XEN_EPERM, Domctl.GetDomainInfo(guest, domctl, _target.Id, out _).Errno);
        Assert.Equal(XenAbi.XEN_EPERM, DmOp.GetVcpuCount(guest, _target.Id, out _).Errno);
        Assert.Equal(XenAbi.XEN_EPERM, DmOp.GetVcpuCount(guest, _stub.Id, out _).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, DmOp.GetVcpuCount(guest, default, out _).Errno); // a PV domain
        Assert.Equal(XenAbi.XEN_EPERM, HvmOp.GetParameter(guest, _target.Id, 1, out _).Errno);
        Assert.Equal(XenAbi.XEN_EPERM, MemoryOp.GetPodTarget(guest, _target.Id, out _).Errno);
        Assert.Equal(
            XenAbi.XEN_EPERM,
            MemoryOp.GetResourceSize(guest, _target.Id, ResourceType.GrantTable, 0, out _).Errno);
        Assert.Equal(XenAbi.XEN_EPERM, EventChannelOp.AllocUnbound(guest, _target.Id, _stub.Id, out _).Errno);
        Assert.True(EventChannelOp.AllocUnbound(guest, DomainId.Self, _target.Id, out _).IsSuccess);
        GrantTableOp.QuerySize(guest, _target.Id, out _, out var status).OrThrow("query_size");
        Assert.Equal(GrantStatus.PermissionDenied, status);

        var errors = new int[1];
        using var memory = _linux.OpenForeignMemory();
        memory.Map(_target.Id, [new GuestFrameNumber(1)], ForeignAccess.ReadWrite, errors).Dispose();
        Assert.Equal([XenAbi.XEN_EPERM], errors);
    }

    [Fact]
    public void A_stub_domain_serves_its_target()
    {
        _stub.Target = _target.Id;
        using var guest = _linux.OpenTransport();
        Assert.True(DmOp.CreateIoreqServer(guest, _target.Id, out var id).IsSuccess);
        Assert.Equal(XenAbi.XEN_EPERM, DmOp.ProbeIoreqServer(_xen, _target.Id, id).Errno);
        Assert.Equal(XenAbi.XEN_EPERM, DmOp.DestroyIoreqServer(_xen, _target.Id, id).Errno);
        Assert.Equal(XenAbi.XEN_EPERM, DmOp.MapIoRange(_xen, _target.Id, id, IoSpace.Memory, 0, 1).Errno);
        Assert.Equal(XenAbi.XEN_EPERM, DmOp.SetIoreqServerState(_xen, _target.Id, id, enabled: true).Errno);
        Assert.True(DmOp.DestroyIoreqServer(guest, _target.Id, id).IsSuccess);
    }
}

using System;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Tests.Simulator;

/// <summary>Memory that comes in pieces: extents, resources, and the pages of servers; and what is left of a machine.</summary>
public sealed unsafe class ResourceTests : IDisposable
{
    private readonly SimulatedXen _xen = new();

    public void Dispose() => _xen.Dispose();

    [Theory]
    [InlineData(1u)]
    [InlineData(3u)]
    [InlineData(128u)]
    public void A_server_that_is_older_than_the_vcpus_has_a_slot_and_a_port_for_each(uint vcpus)
    {
        var domain = Create(vcpus);
        DmOp.CreateIoreqServer(_xen, domain.Id, out var early).OrThrow("create");
        DmOp.CreateIoreqServer(_xen, domain.Id, BufferedIoreqMode.Atomic, out var buffered).OrThrow("create");
        DmOp.SetIoreqServerState(_xen, domain.Id, early, enabled: true).OrThrow("enable");
        DomctlInterface.Probe(_xen, out var domctl).OrThrow("probe");
        Domctl.SetMaximumVcpus(_xen, domctl, domain.Id, vcpus).OrThrow("max_vcpus");
        DmOp.SetIoreqServerState(_xen, domain.Id, buffered, enabled: true).OrThrow("enable");
        Assert.Empty(_xen.FindContradictions());

        foreach (var id in (IoreqServerId[])[early, buffered])
        {
            using var page = _xen.ForeignMemory.MapResource(
                domain.Id, XenAbi.XENMEM_resource_ioreq_server, id.Value, 1, (int)(vcpus + 127) / 128);
            for (var vcpu = 0; vcpu < vcpus; vcpu++)
                Assert.NotEqual(0u, ((ioreq*)page.Address)[vcpu].vp_eport);
        }

        DmOp.GetIoreqServerPort(_xen, domain.Id, buffered, out var ring).OrThrow("info");
        Assert.NotEqual(default, ring);
        domain.Destroy();
        Assert.Empty(_xen.FindContradictions());
    }

    [Fact]
    public void A_vcpu_without_ports_for_its_servers_is_not_made()
    {
        var domain = Create(vcpus: 4, ports: 4);
        DmOp.CreateIoreqServer(_xen, domain.Id, out _).OrThrow("create");
        DmOp.CreateIoreqServer(_xen, domain.Id, out _).OrThrow("create");
        DomctlInterface.Probe(_xen, out var domctl).OrThrow("probe");
        Assert.Equal(XenAbi.XEN_ENOMEM, Domctl.SetMaximumVcpus(_xen, domctl, domain.Id, 4).Errno);
        Assert.True(domain.Vcpus.Count < 4);
        Assert.Empty(_xen.FindContradictions());
    }

    [Fact]
    public void A_grant_table_that_is_taken_is_no_servers()
    {
        var domain = _xen.CreateDomain(5, kind: SimulatedDomainKind.Hvm);
        DmOp.CreateIoreqServer(_xen, domain.Id, out var id).OrThrow("create");
        Assert.Equal(0, id.Value);
        using (_xen.ForeignMemory.MapResource(domain.Id, XenAbi.XENMEM_resource_grant_table, 0, 0, 1))
            Assert.True(DmOp.GetIoreqServerInfo(_xen, domain.Id, id, out _).IsSuccess);
        Assert.Equal(XenAbi.XEN_ENOENT, Assert.Throws<HypercallException>(() => _xen.ForeignMemory.MapResource(
            domain.Id, XenAbi.XENMEM_resource_ioreq_server, 0x10000, 1, 1)).Errno);
    }

    [Fact]
    public void An_extent_is_populated_whole_or_not_at_all()
    {
        var domain = _xen.CreateDomain(5, frames: 16);
        domain.MakeHole(14);
        domain.MakeHole(15);
        MemoryOp.PopulatePhysmap(_xen, domain.Id, [100], 2, 0, out var done);
        Assert.Equal((0, 14), (done, domain.Reservation));
        Assert.False(domain.HasFrame(100));
        MemoryOp.PopulatePhysmap(_xen, domain.Id, [100, 102], 1, 0, out done);
        Assert.Equal((1, 16), (done, domain.Reservation));
        Assert.True(domain.HasFrame(101));

        // What has a page already takes none of what is left.
        MemoryOp.PopulatePhysmap(_xen, domain.Id, [0], 2, 0, out done);
        Assert.Equal((1, 16), (done, domain.Reservation));
    }

    [Fact]
    public void A_machine_that_was_disposed_of_leaves_mappings_to_their_owners()
    {
        var xen = new SimulatedXen();
        var domain = xen.CreateDomain(5);
        domain.Memory[0] = 7;
        var mapping = xen.ForeignMemory.Map(domain.Id, [default], ForeignAccess.ReadOnly, new int[1]);
        xen.Dispose();
        xen.Dispose();
        Assert.Equal(7, *(byte*)mapping.Address);
        Assert.Throws<ObjectDisposedException>(() => xen.EventChannels.BindUnbound(domain.Id));
        Assert.Throws<ObjectDisposedException>(
            () => xen.ForeignMemory.Map(domain.Id, [default], ForeignAccess.ReadOnly, new int[1]));
        mapping.Dispose();
        domain.Destroy();
    }

    private SimulatedDomain Create(uint vcpus, uint ports = 1023)
    {
        DomctlInterface.Probe(_xen, out var domctl).OrThrow("probe");
        var configuration = new DomainConfiguration
        {
            Flags = DomainCreationOptions.Hvm | DomainCreationOptions.HardwareAssistedPaging,
            MaximumVcpus = vcpus,
            MaximumEventChannelPort = ports,
            MaximumGrantFrames = 4,
        };
        Domctl.CreateDomain(_xen, domctl, default, configuration, out var created).OrThrow("createdomain");
        return _xen.Find(created.Id)!;
    }
}

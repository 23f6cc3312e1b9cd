using Xen.Sys;

namespace Conformance;

/// <content>Domains made by hypercalls alone, without a toolstack.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    public void Domain_is_made_furnished_and_ended_by_hypercalls()
    {
        var (xen, domctl) = (_xen.Transport, Versions.Domctl);
        var domain = NewDomain(vcpus: 2);
        try
        {
            var made = Describe(domain);
            Assert.True(made is { IsHvm: true, IsPaused: true, IsDying: false, HasHardwareAssistedPaging: true });
            Assert.Equal((MadeDomain.Handle, 0ul, 0u), (made.Handle, made.TotalPages, made.OnlineVcpus));
            Assert.Equal(XenAbi.XEN_ESRCH, Domctl.GetVcpuInfo(xen, domctl, domain, default, out _).Errno);

            Assert.Equal(XenAbi.XEN_EINVAL, Domctl.SetMaximumVcpus(xen, domctl, domain, 3).Errno);
            Assert.True(Domctl.SetMaximumVcpus(xen, domctl, domain, 2).IsSuccess);
            Assert.True(Domctl.SetMaximumVcpus(xen, domctl, domain, 2).IsSuccess);
            Assert.True(Domctl.GetVcpuInfo(xen, domctl, domain, new VcpuId(1), out var vcpu).IsSuccess);
            Assert.False(vcpu.IsRunning);
            Assert.Equal(XenAbi.XEN_EINVAL, Domctl.GetVcpuInfo(xen, domctl, domain, new VcpuId(2), out _).Errno);

            Domctl.SetShadowAllocation(xen, domctl, domain, 4).OrThrow("shadow_op set_allocation", domain);
            Assert.Equal(0, MemoryOp.PopulatePhysmap(xen, domain, [0], 0, 0, out _).Value);
            Domctl.SetMaximumMemory(xen, domctl, domain, 3 * 4).OrThrow("max_mem", domain);
            Assert.True(MemoryOp.PopulatePhysmap(xen, domain, [0, 1, 2, 3], 0, 0, out var done).IsSuccess);
            Assert.Equal(3, done);
            var furnished = Describe(domain);
            Assert.Equal((3ul, 3ul), (furnished.TotalPages, furnished.MaximumPages));
            Assert.Equal(1u, furnished.MaximumVcpuId);
        }
        finally
        {
            Assert.True(Domctl.DestroyDomain(xen, domctl, domain).IsSuccess);
        }

        WaitUntilGone(domain);
    }

    [Fact]
    public void Domain_gets_the_number_that_was_asked_for_or_none()
    {
        var (xen, domctl) = (_xen.Transport, Versions.Domctl);
        var configuration = MadeDomain.HvmConfiguration(1);
        var wanted = new DomainId(0x6543);
        Assert.True(Domctl.CreateDomain(xen, domctl, wanted, configuration, out var created).IsSuccess);
        var domain = created.Id;
        try
        {
            Assert.Equal(new CreatedDomain(wanted, 0, 0), created);
            Assert.Equal(
                XenAbi.XEN_EEXIST, Domctl.CreateDomain(xen, domctl, wanted, configuration, out _).Errno);
        }
        finally
        {
            Assert.True(Domctl.DestroyDomain(xen, domctl, domain).IsSuccess);
        }

        WaitUntilGone(domain);
    }

    [Fact]
    public void Domain_without_vcpus_is_EINVAL() => Assert.Equal(
        XenAbi.XEN_EINVAL,
        Domctl.CreateDomain(_xen.Transport, Versions.Domctl, default, MadeDomain.HvmConfiguration(0), out _).Errno);

    private DomainId NewDomain(uint vcpus) => NewDomain(MadeDomain.HvmConfiguration(vcpus));

    private DomainId NewDomain(DomainConfiguration configuration)
    {
        Domctl.CreateDomain(_xen.Transport, Versions.Domctl, default, configuration, out var created)
            .OrThrow("createdomain");
        return created.Id;
    }
}

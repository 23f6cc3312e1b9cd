using System;
using System.Linq;
using Xen.Testing.Hypervisor;

namespace Xen.Sys.Tests.Control;

/// <summary>domctl and sysctl of the simulated Xen, in every form.</summary>
public sealed class SimulatedControlTests
{
    public static TheoryData<int> Forms => [.. Enumerable.Range(0, ControlForms.Domctl.Count)];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Domain_is_described_paused_limited_and_destroyed(int form)
    {
        var domctl = ControlForms.Domctl[form];
        var xen = new SimulatedXen { DomctlVersion = domctl.Version, Architecture = domctl.Architecture };
        var domain = xen.CreateDomain(4, vcpus: 2, frames: 16).Id;

        Assert.True(Domctl.GetDomainInfo(xen, domctl, domain, out var info).IsSuccess);
        Assert.Equal((16ul, 16ul, 2u, 1u), (info.TotalPages, info.MaximumPages, info.OnlineVcpus, info.MaximumVcpuId));
        Assert.Equal(new Guid("00000004-0000-0000-0000-000000000000"), info.Handle);
        Assert.True(info.IsHvm);
        Assert.False(info.IsPaused);

        Assert.True(Domctl.PauseDomain(xen, domctl, domain).IsSuccess);
        Assert.True(Domctl.SetMaximumMemory(xen, domctl, domain, 8 * 4 + 3).IsSuccess);
        Assert.True(Domctl.GetDomainInfo(xen, domctl, domain, out info).IsSuccess);
        Assert.True(info.IsPaused);
        Assert.Equal((16ul, 8ul), (info.TotalPages, info.MaximumPages));

        Assert.True(Domctl.DestroyDomain(xen, domctl, domain).IsSuccess);
        Assert.Equal(XenAbi.XEN_ESRCH, Domctl.GetDomainInfo(xen, domctl, domain, out info).Errno);
        Assert.Equal(default, info);
        Assert.Equal(XenAbi.XEN_ESRCH, Domctl.PauseDomain(xen, domctl, domain).Errno);
    }

    [Fact]
    public void Dead_number_is_ESRCH_though_Xen_describes_the_next_domain()
    {
        var xen = new SimulatedXen();
        xen.CreateDomain(9, frames: 1);
        DomctlInterface.Probe(xen, out var domctl).OrThrow("probe");
        Assert.Equal(XenAbi.XEN_ESRCH, Domctl.GetDomainInfo(xen, domctl, new DomainId(8), out _).Errno);
        Assert.Equal(XenAbi.XEN_ESRCH, Domctl.GetDomainInfo(xen, domctl, new DomainId(10), out _).Errno);
    }

    [Fact]
    public void Operation_that_is_not_simulated_is_ENOSYS()
    {
        var xen = new SimulatedXen();
        var domain = xen.CreateDomain(9, frames: 1).Id;
        InterfaceVersions.Probe(xen, out var versions).OrThrow("probe");
        Assert.Equal(XenAbi.XEN_ENOSYS, Domctl.SoftReset(xen, versions.Domctl, domain).Errno);
        Assert.Equal(XenAbi.XEN_ENOSYS, Sysctl.GetSchedulerId(xen, versions.Sysctl, out _).Errno);
    }

    [Fact]
    public unsafe void Large_buffers_are_zeroed_and_bounded()
    {
        var xen = new SimulatedXen();

        // SAFETY: the buffer has the size that it was acquired with.
        var buffer = xen.AcquireBuffer(IHypercallTransport.MaximumBufferSize);
        Assert.False(buffer is null);
        Assert.False(new ReadOnlySpan<byte>(buffer, IHypercallTransport.MaximumBufferSize).ContainsAnyExcept((byte)0));
        xen.ReleaseBuffer(buffer);
        Assert.True(xen.AcquireBuffer(IHypercallTransport.MaximumBufferSize + 1) is null);
    }
}

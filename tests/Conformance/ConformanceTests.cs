using System;
using System.Threading;
using Xen.Sys;

namespace Conformance;

/// <summary>One set of rules for the simulated Xen (in seconds) and the real one (the truth).</summary>
public abstract partial class ConformanceTests : IDisposable
{
    private static readonly DomainId NoSuchDomain = new(0x7000);

    private readonly IHypervisor _xen;
    private readonly Lazy<DomainId> _guest;

    private protected ConformanceTests(IHypervisor xen)
    {
        _xen = xen;
        _guest = new Lazy<DomainId>(xen.CreateGuest);
    }

    private DomainId Guest => _guest.Value;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        try
        {
            if (_guest.IsValueCreated)
                Remember(Guest);
            EndMadeDomains();
        }
        finally
        {
            _xen.Dispose();
        }

        ExpectClaimedLinesSeen();
    }

    [Fact]
    public void Version_is_one_that_is_known()
    {
        Assert.True(XenVersionOp.GetVersion(_xen.Transport, out var version).IsSuccess);
        var known = new XenReleaseRange(new XenVersion(4, 14), new XenVersion(4, 22));
        Assert.False(known.Intersect(new XenReleaseRange(version, version)).IsEmpty, version.ToString());
    }

    [Fact]
    public void Unknown_hypercall_is_ENOSYS() => Assert.Equal(XenAbi.XEN_ENOSYS, _xen.Transport.Invoke(63).Errno);

    [Fact]
    public void Domctl_is_probed_and_describes_a_pvh_guest()
    {
        Assert.True(DomctlInterface.Probe(_xen.Transport, out var domctl).IsSuccess);
        Assert.True(domctl.IsSupported);
        Assert.True(Domctl.GetDomainInfo(_xen.Transport, domctl, Guest, out var info).IsSuccess);
        Assert.Equal(Guest, info.Id);
        Assert.True(info.IsHvm);
        Assert.False(info.EmulatesIoApic);
        Assert.False(info.IsDying);
        Assert.False(info.IsShutDown);
        Assert.Equal(
            XenAbi.XEN_ESRCH, Domctl.GetDomainInfo(_xen.Transport, domctl, NoSuchDomain, out _).Errno);
    }

    [Fact]
    public void Maximum_gfn_exists_for_domains_that_exist()
    {
        Assert.True(MemoryOp.MaximumGfn(_xen.Transport, Guest, out var maximum).IsSuccess);
        Assert.True(maximum.Value >= 0x1fff);
        Assert.Equal(XenAbi.XEN_ESRCH, MemoryOp.MaximumGfn(_xen.Transport, NoSuchDomain, out _).Errno);
    }

    private bool IsThere(DomainId domain) =>
        DmOp.GetVcpuCount(_xen.Transport, domain, out _).Errno != XenAbi.XEN_ESRCH;

    // Tearing down a domain takes Xen a moment after its toolstack is done.
    private void WaitUntilGone(DomainId domain) =>
        Assert.True(SpinWait.SpinUntil(() => !IsThere(domain), TimeSpan.FromSeconds(30)), "the domain does not go");
}

using Xen.Sys;

namespace Conformance;

/// <content>The log of dirty pages, and memory for page tables.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    public void Dirty_log_is_switched_on_once_and_off()
    {
        var (xen, domctl) = (_xen.Transport, Versions.Domctl);
        Assert.True(Domctl.EnableDirtyLog(xen, domctl, Guest).IsSuccess);
        Assert.Equal(XenAbi.XEN_EINVAL, Domctl.EnableDirtyLog(xen, domctl, Guest).Errno);

        // No page is dirty at the start, and the guest has never run since.
        var bitmap = new byte[0x2000 / 8];
        Assert.True(Domctl.CleanDirtyPages(xen, domctl, Guest, isFinal: false, bitmap, out var statistics).IsSuccess);
        Assert.InRange(statistics.CoveredPages, 0x1000ul, 0x2000ul);

        Assert.True(Domctl.PeekDirtyPages(xen, domctl, Guest, bitmap, out statistics).IsSuccess);
        Assert.Equal(0u, statistics.DirtyPages);
        Assert.All(bitmap, dirty => Assert.Equal(0, dirty));
        Assert.True(Domctl.PeekDirtyPages(xen, domctl, Guest, [], out statistics).IsSuccess);
        Assert.Equal(0u, statistics.DirtyPages);

        Assert.True(Domctl.DisableShadow(xen, domctl, Guest).IsSuccess);
        Assert.True(Domctl.EnableDirtyLog(xen, domctl, Guest).IsSuccess);
        Assert.Equal(XenAbi.XEN_EINVAL, Domctl.EnableShadow(xen, domctl, Guest, mode: 0).Errno);
    }

    [Fact]
    public void Memory_for_page_tables_is_told_and_set()
    {
        var (xen, domctl) = (_xen.Transport, Versions.Domctl);
        Assert.True(Domctl.GetShadowAllocation(xen, domctl, Guest, out var before).IsSuccess);
        Assert.InRange(before, 1u, 64u);
        Assert.True(Domctl.SetShadowAllocation(xen, domctl, Guest, before + 2).IsSuccess);
        Assert.True(Domctl.GetShadowAllocation(xen, domctl, Guest, out var after).IsSuccess);
        Assert.Equal(before + 2, after);
        Assert.Equal(XenAbi.XEN_ESRCH, Domctl.GetShadowAllocation(xen, domctl, NoSuchDomain, out _).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, Domctl.GetShadowAllocation(xen, domctl, default, out _).Errno);
    }
}

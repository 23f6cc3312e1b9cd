using System;
using System.Linq;
using Xen.Privcmd.Tests.Support;
using Xen.Sys;

namespace Xen.Privcmd.Tests;

public sealed unsafe class GrantSharesTests : IDisposable
{
    private const ulong Index = 0x3000;

    private static readonly DomainId Guest = new(7);

    private readonly ScriptedKernel _kernel = new();
    private readonly ListLogger _log = new();
    private readonly LinuxGrantShares _shares;
    private (ushort Domain, ushort Flags, uint Count) _asked;
    private (ulong Index, uint Count) _released;

    public GrantSharesTests()
    {
        _kernel.Requests[XenAbi.IOCTL_GNTALLOC_ALLOC_GREF] = argument =>
        {
            var alloc = (ioctl_gntalloc_alloc_gref*)argument;
            _asked = (alloc->domid, alloc->flags, alloc->count);
            alloc->index = Index;
            for (var i = 0; i < alloc->count; i++)
                ((uint*)&alloc->gref_ids)[i] = (uint)(100 + i);
            return default;
        };
        _kernel.Requests[XenAbi.IOCTL_GNTALLOC_DEALLOC_GREF] = argument =>
        {
            var release = (ioctl_gntalloc_dealloc_gref*)argument;
            _released = (release->index, release->count);
            return default;
        };
        _shares = LinuxGrantShares.Open(_kernel, _log);
        _kernel.TakeCalls();
    }

    public void Dispose()
    {
        _shares.Dispose();
        Assert.Empty(_kernel.Mapped);
        Assert.Equal(0, _kernel.WrongUnmaps);
    }

    [Theory]
    [InlineData(ForeignAccess.ReadOnly, 0)]
    [InlineData(ForeignAccess.ReadWrite, 1)]
    public void Pages_belong_to_their_mapping_and_go_with_it(ForeignAccess access, int flags)
    {
        var share = _shares.Share(Guest, 3, access);
        Assert.Equal((Guest.Value, (ushort)flags, 3u), _asked);
        Assert.Equal([100u, 101, 102], share.References.ToArray().Select(reference => reference.Value));
        Assert.Equal((3, ForeignAccess.ReadWrite), (share.PageCount, share.Access));
        Assert.Equal((Index, 3u), _released);
        share.Dispose();
        share.Dispose();
        Assert.Equal(
            ["ioctl ALLOC_GREF", "mmap 3000 prot 3 flags 1 offset 3000", "ioctl DEALLOC_GREF", "munmap 3000"],
            _kernel.TakeCalls());
    }

    [Fact]
    public void Many_references_come_back_from_one_request()
    {
        using var share = _shares.Share(Guest, 900, ForeignAccess.ReadWrite);
        Assert.Equal(new GrantReference(999), share.References.Span[^1]);
    }

    [Fact]
    public void Limit_of_the_driver_is_an_errno_and_takes_nothing()
    {
        _kernel.Requests[XenAbi.IOCTL_GNTALLOC_ALLOC_GREF] = _ => HypercallResult.Failure(XenAbi.XEN_ENOSPC);
        var error = Assert.Throws<HypercallException>(() => _shares.Share(Guest, 1, ForeignAccess.ReadWrite));
        Assert.Equal((XenAbi.XEN_ENOSPC, Guest), (error.Errno, error.Domain));
        Assert.Equal(["ioctl ALLOC_GREF"], _kernel.TakeCalls());
    }

    [Fact]
    public void Pages_that_cannot_be_mapped_are_given_back()
    {
        _kernel.MapErrors.Enqueue(XenAbi.XEN_ENOMEM);
        Assert.Equal(
            XenAbi.XEN_ENOMEM,
            Assert.Throws<HypercallException>(() => _shares.Share(Guest, 2, ForeignAccess.ReadWrite)).Errno);
        Assert.Equal("ioctl DEALLOC_GREF", _kernel.TakeCalls().Last());
        Assert.Equal((Index, 2u), _released);
    }

    [Fact]
    public void Notification_is_set_before_the_driver_forgets_and_a_refused_one_undoes_all()
    {
        _kernel.Requests[XenAbi.IOCTL_GNTALLOC_SET_UNMAP_NOTIFY] = _ => default;
        var notification = new UnmapNotification(8, new EventChannelPort(3));
        _shares.Share(Guest, 1, ForeignAccess.ReadWrite, notification).Dispose();
        Assert.Equal(["ioctl SET_UNMAP_NOTIFY", "ioctl DEALLOC_GREF", "munmap 1000"], _kernel.TakeCalls()[2..]);

        _kernel.Requests[XenAbi.IOCTL_GNTALLOC_SET_UNMAP_NOTIFY] = _ => HypercallResult.Failure(XenAbi.XEN_EINVAL);
        Assert.Throws<HypercallException>(() => _shares.Share(Guest, 1, ForeignAccess.ReadWrite, notification));
        Assert.Equal(["ioctl SET_UNMAP_NOTIFY", "munmap 1000", "ioctl DEALLOC_GREF"], _kernel.TakeCalls()[2..]);
    }

    [Fact]
    public void Driver_that_will_not_forget_is_reported_and_the_share_is_good()
    {
        _kernel.Requests[XenAbi.IOCTL_GNTALLOC_DEALLOC_GREF] = _ => HypercallResult.Failure(XenAbi.XEN_EINVAL);
        using var share = _shares.Share(Guest, 1, ForeignAccess.ReadWrite);
        Assert.Equal("401 gntalloc DEALLOC_GREF of 1 pages failed: EINVAL", Assert.Single(_log.Lines));
        using var view = share.OpenView();
        view.GetSpan(0, 1)[0] = 1;
    }

    [Fact]
    public void Wrong_arguments_are_refused_before_the_kernel_is_asked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _shares.Share(Guest, 0, ForeignAccess.ReadWrite));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => _shares.Share(Guest, 1, ForeignAccess.ReadWrite, new UnmapNotification(XenPage.Size, null)));
        Assert.Empty(_kernel.Calls);
    }

    [Fact]
    public void Nothing_is_shared_after_disposal_even_while_another_thread_keeps_the_driver_open()
    {
        var file = Assert.Single(_kernel.Opened);
        var held = false;
        file.DangerousAddRef(ref held);
        _shares.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _shares.Share(Guest, 1, ForeignAccess.ReadWrite));
        Assert.Empty(_kernel.Calls);
        file.DangerousRelease();
        Assert.Equal(1, file.Closings);
    }

    [Fact]
    public void Share_outlives_the_driver()
    {
        var share = _shares.Share(Guest, 1, ForeignAccess.ReadWrite);
        _shares.Dispose();
        _shares.Dispose();
        Assert.Equal(1, Assert.Single(_kernel.Opened).Closings);
        share.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _shares.Share(Guest, 1, ForeignAccess.ReadWrite));
    }
}

using System;
using Xen.Sys;
using Xen.Testing.Hypervisor;
using Xen.Testing.Linux;

namespace Xen.Testing.Tests;

/// <summary>Grants between a guest, a driver domain and the control domain, each with its own Linux.</summary>
public sealed class SimulatedLinuxGrantTests : IDisposable
{
    private static readonly DomainId Control = new(0);

    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _guest;

    public SimulatedLinuxGrantTests() => _guest = _xen.CreateDomain(5, frames: 32);

    public void Dispose() => _xen.Dispose();

    [Fact]
    public void Page_that_a_guest_grants_is_the_guests_page()
    {
        var reference = _guest.Grant(9, Control);
        using var grants = _xen.Linux.OpenGrantTable();
        using (var mapping = grants.Map([new ForeignGrant(_guest.Id, reference)], ForeignAccess.ReadWrite))
        {
            using var view = mapping.OpenView();
            _guest.Memory[(9 * 4096) + 3] = 0x33;
            Assert.Equal(0x33, view.GetReadOnlySpan(3, 1)[0]);
            view.GetSpan(4, 1)[0] = 0x44;
            Assert.Equal(0x44, _guest.Memory[(9 * 4096) + 4]);
            Assert.Equal((1, 1), (_xen.Linux.GrantMappingCount, _guest.MappedPages));
            Assert.False(_guest.TryRevoke(reference));
        }

        Assert.Equal((0, 0), (_xen.Linux.GrantMappingCount, _guest.MappedPages));
        Assert.True(_guest.TryRevoke(reference));
    }

    [Fact]
    public void Several_grants_are_mapped_all_or_none()
    {
        using var grants = _xen.Linux.OpenGrantTable();
        ForeignGrant good = new(_guest.Id, _guest.Grant(1, Control));
        ForeignGrant readOnly = new(_guest.Id, _guest.Grant(2, Control, isReadOnly: true));
        ForeignGrant others = new(_guest.Id, _guest.Grant(3, new DomainId(77)));
        foreach (var bad in new[] { readOnly, others })
        {
            Assert.Equal(
                XenAbi.XEN_EINVAL,
                Assert.Throws<HypercallException>(() => grants.Map([good, bad], ForeignAccess.ReadWrite)).Errno);
            Assert.Equal((0, 0), (_xen.Linux.GrantMappingCount, _guest.MappedPages));
        }

        using var both = grants.Map([good, readOnly], ForeignAccess.ReadOnly);
        Assert.Equal(2, _guest.MappedPages);
    }

    [Fact]
    public void Page_that_is_paged_out_is_waited_for()
    {
        var reference = _guest.Grant(4, Control);
        _guest.Memory[4 * 4096] = 0x99;
        _guest.PageOut(4, absences: 5);
        using var grants = _xen.Linux.OpenGrantTable();
        using var mapping = grants.Map([new ForeignGrant(_guest.Id, reference)], ForeignAccess.ReadOnly);
        using var view = mapping.OpenView();
        Assert.Equal(0x99, view.GetReadOnlySpan(0, 1)[0]);
    }

    [Fact]
    public void Share_lives_until_the_other_side_lets_go_of_it()
    {
        var driverDomain = _xen.CreateDomain(6);
        var other = new SimulatedLinux(_xen, driverDomain.Id);
        using var shares = _xen.Linux.OpenGrantShares();
        using var grants = other.OpenGrantTable();
        var share = shares.Share(driverDomain.Id, 2, ForeignAccess.ReadWrite);
        var mapping = grants.Map(
            [new(Control, share.References.Span[0]), new(Control, share.References.Span[1])], ForeignAccess.ReadWrite);
        using (var view = share.OpenView())
            view.GetSpan(4096, 1)[0] = 0x12;
        share.Dispose();
        Assert.Equal(2, _xen.Linux.SharedPageCount);
        using (var view = mapping.OpenView())
            Assert.Equal(0x12, view.GetReadOnlySpan(4096, 1)[0]);
        mapping.Dispose();
        Assert.Equal(0, _xen.Linux.SharedPageCount);
    }

    [Fact]
    public void Linux_in_a_guest_grants_pages_of_its_own_and_tells_of_their_end()
    {
        var inGuest = new SimulatedLinux(_xen, _guest.Id);
        using var shares = inGuest.OpenGrantShares();
        using var channels = inGuest.OpenEventChannels();
        using var listening = _xen.Linux.OpenEventChannels();
        using var grants = _xen.Linux.OpenGrantTable();
        var offered = channels.BindUnbound(Control);
        var port = listening.BindInterdomain(_guest.Id, offered);
        var pending = new EventChannelPort[4];
        Assert.Equal(1, listening.Wait(pending, TimeSpan.Zero, TestContext.Current.CancellationToken));
        listening.Unmask(port);

        var share = shares.Share(Control, 1, ForeignAccess.ReadWrite, new UnmapNotification(7, offered));
        using var mapping = grants.Map([new ForeignGrant(_guest.Id, share.References.Span[0])], ForeignAccess.ReadWrite);
        using var view = mapping.OpenView();
        view.GetSpan(7, 1)[0] = 1;
        share.Dispose();
        Assert.Equal(0, view.GetReadOnlySpan(7, 1)[0]);
        Assert.Equal(1, listening.Wait(pending, TimeSpan.Zero, TestContext.Current.CancellationToken));
        Assert.Equal(port, pending[0]);
    }

    [Fact]
    public void Driver_shares_no_more_than_its_limit()
    {
        using var shares = _xen.Linux.OpenGrantShares();
        var share = shares.Share(_guest.Id, 1024, ForeignAccess.ReadWrite);
        Assert.Equal(
            XenAbi.XEN_ENOSPC,
            Assert.Throws<HypercallException>(() => shares.Share(_guest.Id, 1, ForeignAccess.ReadWrite)).Errno);
        share.Dispose();
        using var again = shares.Share(_guest.Id, 1024, ForeignAccess.ReadOnly);
        Assert.Equal(1024, _xen.Linux.SharedPageCount);
    }

    [Fact]
    public void Process_that_ends_leaves_nothing()
    {
        var free = _xen.MachineMemory.FreeCount;
        var linux = _xen.Linux;
        var grants = linux.OpenGrantTable();
        var mapping = grants.Map(
            [new ForeignGrant(_guest.Id, _guest.Grant(1, Control))], ForeignAccess.ReadOnly);
        var foreign = _xen.ForeignMemory.Map(_guest.Id, [new(2), new(3)], ForeignAccess.ReadWrite, new int[2]);
        var share = linux.OpenGrantShares().Share(_guest.Id, 3, ForeignAccess.ReadWrite);
        linux.OpenEventChannels().BindUnbound(_guest.Id);
        linux.OpenTransport();

        linux.EndProcess();
        Assert.Equal((0, 0, 0), (linux.OpenFileCount, linux.MappingCount, linux.BoundPortCount));
        Assert.Equal((0, 0), (_guest.MappedPages, linux.SharedPageCount));
        foreach (var gone in new IDisposable[] { mapping, foreign, share, grants })
            gone.Dispose();

        // The domain's grant table, and the kernel's own, keep a page each.
        Assert.InRange(free - _xen.MachineMemory.FreeCount, 0, 2);
    }
}

using System;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Tests.Simulator;

/// <summary>grant_table_op.</summary>
public sealed unsafe class GrantTests : IDisposable
{
    private const ulong Page = 3;

    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _domain;

    public GrantTests()
    {
        _domain = _xen.CreateDomain(5);
        _domain.Memory.Slice((int)Page * XenPage.Size, XenPage.Size).Fill(0x5a);
    }

    public void Dispose() => _xen.Dispose();

    [Fact]
    public void A_grant_is_mapped_and_counted_until_it_is_unmapped()
    {
        var reference = _domain.Grant(Page, default);
        var map = Map(reference);
        Assert.Equal(0, map.status);
        Assert.Equal(0x5a, *_xen.MachineMemory.Locate((int)(map.dev_bus_addr >> XenPage.Shift)));
        Assert.Equal(1, _domain.MappedPages);
        Assert.False(_domain.TryRevoke(reference));
        var second = Map(reference, XenAbi.GNTMAP_readonly);
        Assert.NotEqual(map.handle, second.handle);
        Assert.Empty(_xen.FindContradictions());

        Assert.Equal(GrantStatus.Okay, Unmap(map.handle));
        Assert.Equal(GrantStatus.BadHandle, Unmap(map.handle));
        Assert.False(_domain.TryRevoke(reference));
        Assert.Equal(GrantStatus.Okay, Unmap(second.handle));
        Assert.Equal(0, _domain.MappedPages);
        Assert.True(_domain.TryRevoke(reference));
        Assert.Equal((short)GrantStatus.GeneralError, Map(reference).status);
    }

    [Fact]
    public void What_cannot_be_mapped_has_a_status_that_says_why()
    {
        var readOnly = _domain.Grant(Page, default, isReadOnly: true);
        Assert.Equal((short)GrantStatus.GeneralError, Map(readOnly).status);
        Assert.Equal((short)GrantStatus.Okay, Map(readOnly, XenAbi.GNTMAP_readonly).status);
        Assert.Equal((short)GrantStatus.GeneralError, Map(_domain.Grant(Page, new DomainId(9))).status);
        Assert.Equal((short)GrantStatus.BadGrantReference, Map(new GrantReference(100_000)).status);
        Assert.Equal((short)GrantStatus.BadPage, Map(_domain.Grant(0xd0000, default)).status);
        Assert.Equal((short)GrantStatus.BadDomain, Map(readOnly, domain: 99).status);
        _domain.PageOut(Page + 1);
        Assert.Equal((short)GrantStatus.TryAgain, Map(_domain.Grant(Page + 1, default)).status);
        Assert.Empty(_xen.FindContradictions());
    }

    [Fact]
    public void More_than_a_page_is_refused_before_anything_is_mapped()
    {
        var other = _xen.CreateDomain(6);
        var granted = other.Grant(Page, _domain.Id);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => _domain.ReadGrant(other.Id, granted, new byte[XenPage.Size + 1]));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => _domain.WriteGrant(other.Id, granted, new byte[XenPage.Size + 1]));
        Assert.Equal(0, other.MappedPages);
        Assert.Equal(GrantStatus.Okay, _domain.ReadGrant(other.Id, granted, new byte[XenPage.Size]));
    }

    [Fact]
    public void A_table_that_its_guest_placed_goes_with_the_domain()
    {
        var free = _xen.MachineMemory.FreeCount;
        var guest = _xen.CreateDomain(6, frames: 16);
        foreach (var gfn in (ulong[])[3, 20, 21])
        {
            MemoryOp.AddToPhysmap(_xen, guest.Id, PhysmapSpace.GrantTable, 0, new GuestFrameNumber(gfn))
                .OrThrow("add_to_physmap");
        }

        guest.Destroy();
        Assert.Equal(free, _xen.MachineMemory.FreeCount);
    }

    [Fact]
    public void A_domain_whose_page_is_mapped_stays_as_a_zombie()
    {
        var map = Map(_domain.Grant(Page, default));
        _domain.Destroy();
        Assert.NotNull(_xen.Find(_domain.Id));
        Assert.Empty(_xen.FindContradictions());
        Assert.Equal(GrantStatus.Okay, Unmap(map.handle));
        Assert.Null(_xen.Find(_domain.Id));
    }

    [Fact]
    public void What_a_dead_domain_mapped_is_unmapped()
    {
        var other = _xen.CreateDomain(6);
        var granted = other.Grant(Page, _domain.Id);
        Assert.Equal(GrantStatus.Okay, _domain.WriteGrant(other.Id, granted, [1, 2, 3]));
        Assert.Equal(2, other.Memory[(int)(Page * XenPage.Size) + 1]);
        Assert.Equal(GrantStatus.GeneralError, _xen.CreateDomain(7).WriteGrant(other.Id, granted, [1]));
        lock (_xen.GrantGate)
        {
            Assert.Equal(GrantStatus.Okay, _xen.MapGrant(
                new Caller(_domain.Id, IsPrivileged: false), other.Id, granted, isReadOnly: false, out _, out _));
        }

        _domain.Destroy();
        Assert.Equal(0, other.MappedPages);
        Assert.True(other.TryRevoke(granted));
    }

    [Fact]
    public void Pieces_are_copied_between_grants()
    {
        var other = _xen.CreateDomain(6);
        var copy = new gnttab_copy { len = 16, flags = (ushort)(XenAbi.GNTCOPY_source_gref | XenAbi.GNTCOPY_dest_gref) };
        copy.source.domid = _domain.Id.Value;
        copy.source.u.@ref = _domain.Grant(Page, default, isReadOnly: true).Value;
        copy.dest.domid = other.Id.Value;
        copy.dest.u.@ref = other.Grant(Page, default).Value;
        copy.dest.offset = 0xff0;
        Assert.Equal(GrantStatus.Okay, Copy(copy));
        Assert.Equal(0x5a, other.Memory[(int)(Page * XenPage.Size) + 0xfff]);

        copy.dest.offset = 0xff1;
        Assert.Equal(GrantStatus.BadCopyArgument, Copy(copy));
        copy.dest.offset = 0;
        (copy.source, copy.dest) = (copy.dest, copy.source);
        Assert.Equal(GrantStatus.GeneralError, Copy(copy)); // it may be read only
        copy.flags = 0;
        Assert.Equal(GrantStatus.PermissionDenied, Copy(copy));
        Assert.Equal((0, 0), (_domain.MappedPages, other.MappedPages));
        Assert.Empty(_xen.FindContradictions());
    }

    [Fact]
    public void A_table_grows_within_its_limit()
    {
        Assert.True(GrantTableOp.QuerySize(_xen, _domain.Id, out var size, out _).IsSuccess);
        Assert.Equal((1u, 64u), (size.Frames, size.MaximumFrames));
        for (var i = 8; i < 64 * 512; i++)
            _domain.Grant(Page, default);
        Assert.Equal(XenAbi.XEN_ENOSPC, Assert.Throws<HypercallException>(() => _domain.Grant(Page, default)).Errno);
        Assert.True(GrantTableOp.QuerySize(_xen, _domain.Id, out size, out _).IsSuccess);
        Assert.Equal(64u, size.Frames);
    }

    private gnttab_map_grant_ref Map(GrantReference reference, long flags = 0, ushort domain = 5)
    {
        var map = new gnttab_map_grant_ref
        {
            dom = domain,
            @ref = reference.Value,
            flags = (uint)(flags | XenAbi.GNTMAP_host_map),
        };
        GrantTableOp.Map(_xen, new Span<gnttab_map_grant_ref>(ref map)).OrThrow("map_grant_ref");
        return map;
    }

    private GrantStatus Unmap(uint handle)
    {
        var unmap = new gnttab_unmap_grant_ref { handle = handle };
        GrantTableOp.Unmap(_xen, new Span<gnttab_unmap_grant_ref>(ref unmap)).OrThrow("unmap_grant_ref");
        return (GrantStatus)unmap.status;
    }

    private GrantStatus Copy(gnttab_copy copy)
    {
        GrantTableOp.Copy(_xen, new Span<gnttab_copy>(ref copy)).OrThrow("copy");
        return (GrantStatus)copy.status;
    }
}

using System;
using Xen.Sys;

namespace Conformance;

/// <content>Grants, by a domain that grants pages to itself: Xen makes no difference.</content>
public abstract partial class ConformanceTests
{
    private const int GrantedPages = 3;

    private static readonly DomainId Self = new(0);

    private IGrantTable Grants => _xen.Grants;

    private IGrantShares Shares => _xen.Shares;

    [Fact]
    public void Granted_pages_are_the_pages_that_are_shared()
    {
        using var share = Shares.Share(Self, GrantedPages, ForeignAccess.ReadWrite);
        Assert.Equal(GrantedPages, share.PageCount);
        Assert.Equal(GrantedPages, share.References.Length);
        Assert.Equal(-1, Bytes(share, 0, GrantedPages * XenPage.Size).AsSpan().IndexOfAnyExcept((byte)0));

        using (var mapping = Grants.Map(GrantsOf(share), ForeignAccess.ReadWrite))
        {
            Assert.Equal(GrantedPages, mapping.PageCount);
            for (var page = 0; page < GrantedPages; page++)
            {
                Write(share, (page * XenPage.Size) + 5, (byte)(page + 1));
                Assert.Equal(page + 1, Bytes(mapping, (page * XenPage.Size) + 5, 1)[0]);
                Write(mapping, (page * XenPage.Size) + 7, (byte)(page + 0x40));
                Assert.Equal(page + 0x40, Bytes(share, (page * XenPage.Size) + 7, 1)[0]);
            }
        }

        // Unmapped pages can be mapped again: nothing is left of the first time.
        using var again = Grants.Map(GrantsOf(share), ForeignAccess.ReadOnly);
        Assert.Equal(1, Bytes(again, 5, 1)[0]);
    }

    [Fact]
    public void Read_only_grant_is_mapped_for_reading_only()
    {
        using var share = Shares.Share(Self, 1, ForeignAccess.ReadOnly);
        Write(share, 0, 0x77);
        Assert.Equal(
            XenAbi.XEN_EINVAL,
            Assert.Throws<HypercallException>(() => Grants.Map(GrantsOf(share), ForeignAccess.ReadWrite)).Errno);
        using var mapping = Grants.Map(GrantsOf(share), ForeignAccess.ReadOnly);
        Assert.Equal(0x77, Bytes(mapping, 0, 1)[0]);
    }

    [Fact]
    public void Reference_that_is_none_is_EINVAL_and_takes_nothing_of_the_driver()
    {
        using var share = Shares.Share(Self, 1, ForeignAccess.ReadWrite);
        for (var round = 0; round < 100; round++)
        {
            Assert.Equal(XenAbi.XEN_EINVAL, Refusal(new ForeignGrant(Self, new GrantReference(0x7ffffff0))));
            Assert.Equal(XenAbi.XEN_EINVAL, Refusal(new ForeignGrant(NoSuchDomain, share.References.Span[0])));
            using var mapping = Grants.Map(GrantsOf(share), ForeignAccess.ReadWrite);
        }

        int Refusal(ForeignGrant grant) =>
            Assert.Throws<HypercallException>(() => Grants.Map([grant], ForeignAccess.ReadWrite)).Errno;
    }

    [Fact]
    public unsafe void Copies_go_both_ways_and_say_each_for_itself_how_they_went()
    {
        using var share = Shares.Share(Self, 2, ForeignAccess.ReadWrite);
        var grants = GrantsOf(share);
        Write(share, 100, 0x5a);
        Span<byte> here = stackalloc byte[64];
        here.Clear();
        fixed (byte* memory = here)
        {
            GrantCopy[] copies =
            [
                new(GrantCopyEnd.Of(grants[0], 100), GrantCopyEnd.Of(memory), 1),
                new(GrantCopyEnd.Of(new ForeignGrant(Self, new GrantReference(0x7ffffff0)), 0), GrantCopyEnd.Of(memory + 8), 1),
                new(GrantCopyEnd.Of(grants[0], 100), GrantCopyEnd.Of(grants[1], 200), 1),
            ];
            var statuses = new GrantStatus[copies.Length];
            Assert.True(Grants.Copy(copies, statuses).IsSuccess);
            Assert.Equal([GrantStatus.Okay, GrantStatus.BadGrantReference, GrantStatus.Okay], statuses);
        }

        Assert.Equal(0x5a, here[0]);
        Assert.Equal(0, here[8]);
        Assert.Equal(0x5a, Bytes(share, XenPage.Size + 200, 1)[0]);
    }

    [Fact]
    public void Unmapping_clears_the_byte_and_signals_the_port_that_were_named()
    {
        using var share = Shares.Share(Self, GrantedPages, ForeignAccess.ReadWrite);
        var listening = _xen.EventChannels.BindUnbound(Self);
        var signalling = _xen.EventChannels.BindInterdomain(Self, listening);
        var pending = new EventChannelPort[8];

        // It is pending once when it is bound, a moment later.
        Assert.Equal(1, _xen.EventChannels.Wait(pending, Long, TestContext.Current.CancellationToken));
        Assert.Equal(signalling, pending[0]);
        _xen.EventChannels.Unmask(signalling);

        const int Byte = XenPage.Size + 33;
        var mapping = Grants.Map(
            GrantsOf(share), ForeignAccess.ReadWrite, new UnmapNotification(Byte, signalling));
        Write(share, Byte, 1);
        mapping.Dispose();
        Assert.Equal(0, Bytes(share, Byte, 1)[0]);
        Assert.Equal(1, _xen.EventChannels.Wait(pending, Long, TestContext.Current.CancellationToken));
        Assert.Equal(listening, pending[0]);
        _xen.EventChannels.Reset();
    }

    private static ForeignGrant[] GrantsOf(IGrantShare share) =>
        Array.ConvertAll(share.References.ToArray(), reference => new ForeignGrant(Self, reference));

    private static byte[] Bytes(IForeignMapping mapping, long offset, int length)
    {
        using var view = mapping.OpenView();
        return view.GetReadOnlySpan(offset, length).ToArray();
    }

    private static void Write(IForeignMapping mapping, long offset, byte value)
    {
        using var view = mapping.OpenView();
        view.GetSpan(offset, 1)[0] = value;
    }
}

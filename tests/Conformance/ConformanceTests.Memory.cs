using System;
using System.Linq;
using Xen.Sys;

namespace Conformance;

/// <content>Foreign memory.</content>
public abstract partial class ConformanceTests
{
    // A frame with RAM in every guest, and one where no guest has any.
    private const ulong RamFrame = 0x400;
    private const ulong NoFrame = 0xd0000;

    [Fact]
    public unsafe void Two_mappings_show_the_same_memory()
    {
        GuestFrameNumber[] frames = [new(RamFrame), new(RamFrame + 1)];
        var errors = new int[2];
        using var first = _xen.ForeignMemory.Map(Guest, frames, ForeignAccess.ReadWrite, errors);
        Assert.Equal([0, 0], errors);
        using var second = _xen.ForeignMemory.Map(Guest, frames, ForeignAccess.ReadOnly, errors);
        Assert.Equal([0, 0], errors);
        new Span<byte>(first.Address, 2 * XenPage.Size).Fill(0xa5);
        Assert.False(new Span<byte>(second.Address, 2 * XenPage.Size).ContainsAnyExcept((byte)0xa5));
    }

    [Fact]
    public void Page_that_is_not_there_is_an_error_of_its_own()
    {
        var errors = new int[1];
        using var mapping = _xen.ForeignMemory.Map(
            Guest, [new GuestFrameNumber(NoFrame)], ForeignAccess.ReadWrite, errors);
        Assert.Equal([XenAbi.XEN_EINVAL], errors);
    }

    [Fact]
    public void Domain_that_is_not_there_has_no_page()
    {
        var errors = new int[2];
        using var mapping = _xen.ForeignMemory.Map(
            NoSuchDomain, [new GuestFrameNumber(0), new GuestFrameNumber(1)], ForeignAccess.ReadWrite, errors);
        Assert.Equal([XenAbi.XEN_ESRCH, XenAbi.XEN_ESRCH], errors);
    }

    [Fact]
    public unsafe void Pieces_of_a_window_are_contiguous()
    {
        using var window = _xen.ForeignMemory.OpenWindow(Guest, 0x800, ForeignAccess.ReadWrite);
        var errors = new int[0x10];
        window.Populate(new GuestFrameNumber(RamFrame), errors);
        Assert.True(errors.All(error => error == 0));
        window.Populate(new GuestFrameNumber(RamFrame + 0x10), errors);
        Assert.True(errors.All(error => error == 0));
        var across = window.Address + ((RamFrame + 0x10) * XenPage.Size) - 8;
        new Span<byte>(across, 16).Fill(0x3c);

        using var other = _xen.ForeignMemory.Map(
            Guest, [new GuestFrameNumber(RamFrame + 0x10)], ForeignAccess.ReadOnly, errors.AsSpan(0, 1));
        Assert.False(new Span<byte>(other.Address, 8).ContainsAnyExcept((byte)0x3c));
    }

    [Fact]
    public void Window_keeps_each_pages_answer()
    {
        using var window = _xen.ForeignMemory.OpenWindow(Guest, 0x100000, ForeignAccess.ReadWrite);
        var errors = new int[4];
        window.Populate(new GuestFrameNumber(NoFrame), errors);
        Assert.Equal(Enumerable.Repeat(XenAbi.XEN_EINVAL, 4), errors);
        Assert.Equal(XenAbi.XEN_EINVAL, window.Retry(new GuestFrameNumber(NoFrame + 1)));
        window.Populate(new GuestFrameNumber(RamFrame), errors);
        Assert.Equal([0, 0, 0, 0], errors);
    }

    [Fact]
    public void Dying_domain_answers_while_it_is_mapped_and_is_gone_afterwards()
    {
        var errors = new int[1];
        var mapping = _xen.ForeignMemory.Map(
            Guest, [new GuestFrameNumber(RamFrame)], ForeignAccess.ReadWrite, errors);
        _xen.Destroy(Guest);
        DomctlInterface.Probe(_xen.Transport, out var domctl).OrThrow("probe");
        Assert.True(Domctl.GetDomainInfo(_xen.Transport, domctl, Guest, out var info).IsSuccess);
        Assert.True(info.IsDying);
        Assert.True(DmOp.GetVcpuCount(_xen.Transport, Guest, out _).IsSuccess);
        Assert.Equal(XenAbi.XEN_EINVAL, DmOp.CreateIoreqServer(_xen.Transport, Guest, out _).Errno);

        mapping.Dispose();
        mapping.Dispose();
        WaitUntilGone(Guest);
        Assert.Equal(XenAbi.XEN_ESRCH, Domctl.GetDomainInfo(_xen.Transport, domctl, Guest, out _).Errno);
    }
}

using System;
using Xen.Testing.Frames;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Tests;

public sealed unsafe class MachineMemoryTests
{
    private readonly MachineMemory _machine = new(64);

    [Fact]
    public void Frame_is_free_and_zero_again_when_its_last_holder_lets_go()
    {
        Assert.True(_machine.TryAllocate(63, out var first));
        Assert.False(_machine.TryAllocate(1, out _));

        // SAFETY: the frame is held.
        *_machine.Locate(first + 3) = 0x5a;
        _machine.Hold(first + 3);
        Assert.False(_machine.Release(first + 3));
        Assert.False(_machine.TryAllocate(1, out _));
        Assert.True(_machine.Release(first + 3));
        Assert.True(_machine.TryAllocate(1, out var again));
        Assert.Equal(first + 3, again);

        // SAFETY: the frame is held.
        Assert.Equal(0, *_machine.Locate(again));
    }

    [Fact]
    public void Frames_given_back_in_any_order_are_one_run_again()
    {
        Assert.True(_machine.TryAllocate(63, out var first));
        for (var i = 0; i < 63; i += 2)
            _machine.Release(first + i);
        Assert.Equal(32, _machine.FreeCount);
        Assert.False(_machine.TryAllocate(2, out _));
        for (var i = 61; i > 0; i -= 2)
            _machine.Release(first + i);
        Assert.True(_machine.TryAllocate(63, out _));
    }

    [Fact]
    public void Frame_0_belongs_to_nobody()
    {
        Assert.True(_machine.TryAllocate(1, out var frame));
        Assert.NotEqual(0, frame);
    }

    [Fact]
    public void Page_that_two_domains_have_is_one_page()
    {
        var (one, other) = (new DomainPages(_machine, 8), new DomainPages(_machine, 8));
        Assert.True(one.TryPopulate(0, 8));
        one.Get(3, out var frame);
        Assert.True(other.TryInsert(5, frame));
        one.Visible.Bytes[(3 * 4096) + 7] = 0x77;
        Assert.Equal(0x77, other.Visible.Bytes[(5 * 4096) + 7]);

        Assert.True(one.TryRemove(3));
        Assert.Equal(0, one.Visible.Bytes[(3 * 4096) + 7]);
        Assert.Equal(0x77, other.Visible.Bytes[(5 * 4096) + 7]);
    }

    [Fact]
    public void Page_that_is_paged_out_keeps_its_bytes_and_comes_back_when_it_was_asked_for_often_enough()
    {
        var pages = new DomainPages(_machine, 4);
        Assert.True(pages.TryPopulate(0, 4));
        pages.Visible.Bytes[4096] = 0x11;
        Assert.True(pages.TryPageOut(1, absences: 2));
        Assert.Equal(3, pages.Count);
        Assert.Equal(0, pages.Visible.Bytes[4096]);
        Assert.Equal(PageState.PagedOut, pages.Fetch(1, out _));
        Assert.Equal(PageState.PagedOut, pages.Fetch(1, out _));
        Assert.Equal(PageState.Present, pages.Fetch(1, out _));
        Assert.Equal(0x11, pages.Visible.Bytes[4096]);
    }

    [Fact]
    public void Domain_that_dies_keeps_only_what_others_hold()
    {
        var pages = new DomainPages(_machine, 16);
        Assert.True(pages.TryPopulate(0, 16));
        pages.Get(5, out var held);
        _machine.Hold(held);
        pages.Relinquish();
        Assert.Equal(1, pages.Count);
        Assert.Equal(62, _machine.FreeCount);
        _machine.Release(held);
        pages.Relinquish();
        Assert.Equal(0, pages.Count);
        Assert.Equal(63, _machine.FreeCount);
    }

    [Fact]
    public void More_frames_than_the_machine_has_are_refused_and_leave_nothing()
    {
        var xen = new SimulatedXen();
        var free = xen.MachineMemory.FreeCount;
        Assert.Throws<ArgumentOutOfRangeException>(() => xen.CreateDomain(1, frames: int.MaxValue));
        xen.CreateDomain(1, frames: 0x7f000);
        Assert.Throws<ArgumentOutOfRangeException>(() => xen.CreateDomain(2, frames: 0x7ffff + 1));
        xen.CreateDomain(2, frames: 0x7f000);
        Assert.Throws<ArgumentOutOfRangeException>(() => xen.CreateDomain(3, frames: 0x7f000));
        xen.CreateDomain(3);
        foreach (var id in new ushort[] { 1, 2, 3 })
            xen.Find(new Sys.DomainId(id))!.Destroy();
        Assert.Equal(free, xen.MachineMemory.FreeCount);
    }
}

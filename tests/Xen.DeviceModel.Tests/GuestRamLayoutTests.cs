using System;
using System.Linq;
using System.Runtime.InteropServices;
using Xen.Machine;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.DeviceModel.Tests;

/// <summary>Where RAM is looked for, and what is mapped of it at once.</summary>
public sealed class GuestRamLayoutTests : IDisposable
{
    private const ulong LowEnd = 0xf0000;
    private const ulong FourGiB = 0x100000;
    private const ulong Chunk = ForeignMemoryChunk.Frames;

    private SimulatedXen _xen = new();

    public void Dispose() => _xen.Dispose();

    [Fact]
    public void X86_guest_has_banks_below_the_hole_and_from_4_GiB_on()
    {
        // 8 GiB, of which most is in the balloon.
        var domain = CreateGuest(LowEnd - 1, FourGiB, FourGiB + 0x10ffff);
        Assert.Equal([(0UL, LowEnd), (FourGiB, 0x110000UL)], Banks(domain, GuestKind.Pvh));
        Assert.Equal(Banks(domain, GuestKind.Pvh), Banks(domain, GuestKind.Hvm));
    }

    [Fact]
    public void Bank_ends_with_the_highest_frame_and_one_behind_it_is_none()
    {
        var domain = CreateGuest(1500);
        Assert.Equal([(0UL, 1501UL)], Banks(domain, GuestKind.Pvh));
        domain.FillHole(LowEnd + 5);
        Assert.Equal([(0UL, LowEnd)], Banks(domain, GuestKind.Pvh));
        domain.FillHole(FourGiB);
        Assert.Equal([(0UL, LowEnd), (FourGiB, 1UL)], Banks(domain, GuestKind.Pvh));
    }

    [Fact]
    public void Arm_guest_has_the_two_banks_of_its_address_map()
    {
        UseArm();
        var domain = CreateGuest(0x40000, 0xfffff);
        Assert.Equal([(0x40000UL, 0xc0000UL)], Banks(domain, GuestKind.Arm));
        domain.FillHole(0x200123);
        Assert.Equal([(0x40000UL, 0xc0000UL), (0x200000UL, 0x124UL)], Banks(domain, GuestKind.Arm));
    }

    [Fact]
    public void Frame_that_a_guest_has_put_far_away_makes_no_bank_longer_than_what_can_be_reached()
    {
        var domain = CreateGuest((1UL << 36) - 1);
        var last = Banks(domain, GuestKind.Pvh)[^1];
        Assert.Equal(ForeignGuestMemory.FrameLimit, last.First + last.Count);
    }

    [Fact]
    public void Domain_that_is_gone_is_ESRCH()
    {
        var error = Assert.Throws<HypercallException>(() => GuestRamLayout.Discover(_xen, new DomainId(99), GuestKind.Pvh));
        Assert.Equal(XenAbi.XEN_ESRCH, error.Errno);
    }

    [Fact]
    public void All_RAM_below_and_above_4_GiB_is_mapped_at_once()
    {
        var domain = CreateGuest();
        Fill(domain, 1024, 1024);
        Fill(domain, FourGiB, 1024);
        using var memory = new ForeignGuestMemory(_xen.ForeignMemory, domain.Id);
        Assert.True(memory.MapAtOnce(Discover(domain)) > 3072 - (long)Chunk);
        var mapped = domain.MappedPages;

        // No access maps more.
        using var view = memory.Enter();
        Assert.True(view.TryWrite(0, new byte[2048 << 12]));
        Assert.True(view.TryWrite(FourGiB << 12, new byte[512 << 12]));
        Assert.Equal(mapped, domain.MappedPages);
    }

    [Fact]
    public void Both_banks_of_an_Arm_guest_are_mapped_at_once()
    {
        UseArm();
        var domain = CreateGuest();
        Fill(domain, 0x40000, 1024);
        Fill(domain, 0x200000, 1024);
        using var memory = new ForeignGuestMemory(_xen.ForeignMemory, domain.Id);
        Assert.Equal(2048, memory.MapAtOnce(GuestRamLayout.Discover(_xen, domain.Id, GuestKind.Arm)));
        using var view = memory.Enter();
        Assert.True(view.TryWrite(0x40000UL << 12, new byte[1024 << 12]));
        Assert.True(view.TryWrite(0x200000UL << 12, new byte[1024 << 12]));
        Assert.Equal(2048, domain.MappedPages);
    }

    [Fact]
    public void Page_in_the_balloon_is_no_memory_until_the_guest_takes_it_back()
    {
        var domain = CreateGuest();
        Fill(domain, 1024, 2048);
        domain.MakeHole(700);
        using var memory = new ForeignGuestMemory(_xen.ForeignMemory, domain.Id);
        memory.MapAtOnce(Discover(domain));
        using var view = memory.Enter();
        Assert.True(view.TryGetSpan(699 << 12, 1 << 12, GuestAccess.Read, out _));
        Assert.False(view.TryGetSpan(700 << 12, 1, GuestAccess.Read, out _));
        Assert.True(view.TryGetSpan(701 << 12, 1 << 12, GuestAccess.Read, out _));
        domain.FillHole(700);
        Assert.True(view.TryGetSpan(699 << 12, 3 << 12, GuestAccess.Read, out _));
    }

    [Fact]
    public void Guest_that_spreads_its_pages_does_not_make_this_process_map_everything()
    {
        // The highest frame says 4 TiB, and pages in the hole are never found; 64 chunks are empty before the last page.
        const ulong Last = FourGiB + (125 * Chunk);
        var domain = CreateGuest((1UL << 30) - 1, FourGiB + (60 * Chunk), Last);
        Fill(domain, 1024, 1024);
        Fill(domain, LowEnd, 1024);
        using var memory = new ForeignGuestMemory(_xen.ForeignMemory, domain.Id);
        Assert.Equal(2049, memory.MapAtOnce(Discover(domain)));
        var mapped = domain.MappedPages;
        using var view = memory.Enter();
        Assert.True(view.TryRead(Last << 12, new byte[16]));
        Assert.Equal(mapped + 1, domain.MappedPages);
    }

    [Fact]
    public void Map_that_was_filled_at_once_is_not_full()
    {
        // A page in every chunk of 20 GiB, which is more than is mapped at once.
        const ulong Chunks = 10240;
        var domain = CreateGuest();
        for (var i = 0UL; i < Chunks; i++)
            domain.FillHole(FourGiB + (i * Chunk));
        using var memory = new ForeignGuestMemory(_xen.ForeignMemory, domain.Id);
        memory.MapAtOnce(Discover(domain));
        var mapped = domain.MappedPages;
        using (var view = memory.Enter())
            Assert.True(view.TryRead((FourGiB + ((Chunks - 1) * Chunk)) << 12, new byte[16]));
        Assert.Equal(mapped + 1, domain.MappedPages);
        Assert.InRange((ulong)mapped, 1UL, (ForeignGuestMemory.MostAtOnce >> 21) + 1024);
    }

    [Fact]
    public void Run_of_pages_that_is_refused_ends_it_and_is_mapped_as_it_is_used()
    {
        var domain = CreateGuest();
        Fill(domain, 1024, 1024);
        using var memory = new ForeignGuestMemory(_xen.ForeignMemory, domain.Id);
        using (var view = memory.Enter())
            Assert.True(view.TryRead(0, new byte[16]));
        _xen.Linux.Faults.Fail(Testing.Linux.KernelCall.Map, XenAbi.XEN_ENOMEM);
        Assert.Equal((int)Chunk, memory.MapAtOnce(Discover(domain)));
        using var other = memory.Enter();
        Assert.True(other.TryRead(0, new byte[2048 << 12]));
    }

    [Fact]
    public void Memory_that_was_dropped_stays_so()
    {
        var domain = CreateGuest();
        using var memory = new ForeignGuestMemory(_xen.ForeignMemory, domain.Id);
        var layout = Discover(domain);
        memory.Drop();
        Assert.Equal(0, memory.MapAtOnce(layout));
        Assert.Equal(0, domain.MappedPages);
    }

    [Fact]
    public void Memory_of_which_nobody_says_that_it_is_populated_is_mapped_as_it_is_used()
    {
        var domain = CreateGuest();
        _xen.Faults.Fail(XenAbi.__HYPERVISOR_memory_op, XenAbi.XENMEM_get_pod_target, XenAbi.XEN_EPERM);
        var layout = Discover(domain);
        Assert.True(layout.IsPopulatedOnDemand);
        using var memory = new ForeignGuestMemory(_xen.ForeignMemory, domain.Id);
        Assert.Equal(0, memory.MapAtOnce(layout));
        using var view = memory.Enter();
        Assert.True(view.TryRead(0, new byte[16]));
    }

    [Fact]
    public void Device_model_maps_its_guest_when_it_starts()
    {
        var domain = CreateGuest();
        using var model = GuestDeviceModel.Open(
            _xen.Linux.ToPlatform(), domain.Id, new GuestDeviceModelOptions { MapAtOnce = true });
        model.AddMmio(0xd0000000, new ScratchDevice(16));
        var before = domain.MappedPages;
        model.Start();
        Assert.True(domain.MappedPages >= before + (int)Chunk);
        domain.Vcpus[0].Write(0xd0000000, 4, 7);
        Assert.Equal(7UL, domain.Vcpus[0].Read(0xd0000000, 4));
        using var view = model.Memory.Enter();
        Assert.True(view.TryWrite(0x5000, new byte[16]));
    }

    private static void Fill(SimulatedDomain domain, ulong first, ulong count)
    {
        for (var i = 0UL; i < count; i++)
            domain.FillHole(first + i);
    }

    private SimulatedDomain CreateGuest(params ulong[] frames)
    {
        var domain = _xen.CreateDomain(3, frames: 1024, kind: SimulatedDomainKind.Pvh);
        Array.ForEach(frames, domain.FillHole);
        return domain;
    }

    private void UseArm()
    {
        _xen.Dispose();
        _xen = new SimulatedXen { Architecture = Architecture.Arm64 };
    }

    private GuestRamLayout Discover(SimulatedDomain domain) => GuestRamLayout.Discover(_xen, domain.Id, GuestKind.Pvh);

    private (ulong First, ulong Count)[] Banks(SimulatedDomain domain, GuestKind kind) =>
        [.. GuestRamLayout.Discover(_xen, domain.Id, kind).Banks.Select(bank => (bank.First.Value, bank.FrameCount))];
}

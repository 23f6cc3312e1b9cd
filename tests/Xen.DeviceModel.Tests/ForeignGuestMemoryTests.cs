using System;
using System.Threading;
using System.Threading.Tasks;
using Xen.Machine;
using Xen.Sys;
using Xen.Testing.Hypervisor;
using Xen.Testing.Linux;

namespace Xen.DeviceModel.Tests;

public sealed class ForeignGuestMemoryTests : IDisposable
{
    private const int Frames = 1030;

    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _domain;

    public ForeignGuestMemoryTests() => _domain = _xen.CreateDomain(3, frames: Frames);

    private int Mappings => _xen.Linux.CountMappings(_domain.Id);

    public void Dispose() => _xen.Dispose();

    [Fact]
    public void A_range_across_chunks_is_one_span()
    {
        using var memory = Open();
        using var view = memory.Enter();
        const int Start = (512 * 4096) - 100;
        Assert.True(view.TryGetSpan(Start, 200, GuestAccess.Write, out var span));
        span.Fill(0x77);
        Assert.False(_domain.Memory.Slice(Start, 200).ContainsAnyExcept((byte)0x77));
    }

    [Theory]
    [InlineData((ulong)Frames * 4096, 1)]
    [InlineData(ForeignGuestMemory.FrameLimit * 4096, 1)]
    [InlineData((ForeignGuestMemory.FrameLimit * 4096) - 1, 1)]
    [InlineData(((ulong)Frames * 4096) - 1, 2)]
    [InlineData(ulong.MaxValue, 1)]
    [InlineData(ulong.MaxValue - 10, int.MaxValue)]
    [InlineData(0UL, int.MaxValue)]
    [InlineData(0UL, -1)]
    public void A_range_outside_memory_is_refused(ulong address, int length)
    {
        using var memory = Open();
        using var view = memory.Enter();
        Assert.False(view.TryGetSpan(address, length, GuestAccess.Read, out _));
    }

    [Fact]
    public void A_page_that_could_not_be_mapped_is_never_handed_out()
    {
        _domain.MakeHole(600);
        using var memory = Open();
        using var view = memory.Enter();
        Assert.False(view.TryGetSpan(600 << 12, 1, GuestAccess.Read, out _));
        Assert.False(view.TryGetSpan(599 << 12, 3 << 12, GuestAccess.Read, out _));
        Assert.True(view.TryGetSpan(599 << 12, 1 << 12, GuestAccess.Read, out _));
        Assert.True(view.TryGetSpan(601 << 12, 1 << 12, GuestAccess.Read, out _));
    }

    [Fact]
    public void A_page_that_appears_later_is_found()
    {
        _domain.MakeHole(600);
        using var memory = Open();
        using var view = memory.Enter();
        Assert.False(view.TryGetSpan(600 << 12, 1, GuestAccess.Read, out _));
        _domain.FillHole(600);
        Assert.True(view.TryGetSpan(600 << 12, 1, GuestAccess.Read, out _));
    }

    [Fact]
    public void Invalidation_keeps_the_old_map_for_those_who_are_in_it()
    {
        using var memory = Open();
        var view = memory.Enter();
        Assert.True(view.TryGetSpan(0, 16, GuestAccess.Write, out _));
        memory.Invalidate();
        using (var other = memory.Enter())
        {
            Assert.True(other.TryRead(0, new byte[16]));
            Assert.Equal(2, Mappings);
        }

        Assert.True(view.TryGetSpan(0, 16, GuestAccess.Write, out _));
        view.Dispose();
        Assert.Equal(1, Mappings);
    }

    [Fact]
    public void Dropping_ends_every_access_and_frees_the_domain()
    {
        using var memory = Open();
        _domain.Destroy();
        memory.Drop();
        using (var view = memory.Enter())
            Assert.False(view.TryGetSpan(0, 1, GuestAccess.Read, out _));
        memory.Invalidate();
        Assert.Equal(0, Mappings);
        Assert.True(MemoryOp.MaximumGfn(_xen, _domain.Id, out _).Errno == XenAbi.XEN_ESRCH);
    }

    [Fact]
    public void A_domain_that_dies_before_it_is_mapped_has_no_memory()
    {
        using var memory = Open();
        _domain.Destroy();
        using var view = memory.Enter();
        Assert.False(view.TryRead(0, new byte[16]));
        Assert.False(view.TryWrite(0, new byte[16]));
    }

    [Fact]
    public void Run_of_pages_that_was_refused_for_a_moment_is_mapped_by_the_next_access()
    {
        using var memory = Open();
        using var view = memory.Enter();
        _xen.Linux.Faults.Fail(KernelCall.Map, XenAbi.XEN_ENOMEM);
        Assert.False(view.TryRead(0, new byte[16]));
        Assert.True(view.TryRead(0, new byte[16]));
    }

    [Fact]
    public void Stale_map_is_not_used_for_want_of_a_new_one()
    {
        using var memory = Open();
        using (var view = memory.Enter())
            Assert.True(view.TryRead(0, new byte[16]));
        memory.Invalidate();
        _xen.Linux.Faults.Fail(KernelCall.Map, XenAbi.XEN_ENOMEM);
        using (var view = memory.Enter())
            Assert.False(view.TryRead(0, new byte[16]));
        using (var view = memory.Enter())
            Assert.True(view.TryRead(0, new byte[16]));
    }

    [Fact]
    public void Guest_that_reaches_everywhere_does_not_make_this_process_hold_everything()
    {
        using var memory = Open();
        const ulong Chunk = ForeignMemoryChunk.Frames << 12;
        using (var view = memory.Enter())
        {
            for (ulong i = 0; i < ForeignMemoryMap.FullCount + 10; i++)
                view.TryGetSpan(i * Chunk, 1, GuestAccess.Read, out _);
            Assert.True(view.TryRead(0, new byte[16]));
        }

        // The next view has a new map, in which the same memory is found again.
        using var other = memory.Enter();
        Assert.True(other.TryRead(0, new byte[16]));
        Assert.Equal(1, Mappings);
    }

    [Fact]
    public async Task Readers_go_on_while_the_map_is_replaced_again_and_again()
    {
        using var memory = Open();
        using var stop = new CancellationTokenSource();
        var readers = new Task[2];
        for (var i = 0; i < readers.Length; i++)
        {
            readers[i] = Task.Run(
                () =>
                {
                    var buffer = new byte[8192];
                    while (!stop.IsCancellationRequested)
                    {
                        using var view = memory.Enter();
                        Assert.True(view.TryRead(4096 - 7, buffer));
                    }
                },
                TestContext.Current.CancellationToken);
        }

        for (var i = 0; i < 2000; i++)
            memory.Invalidate();
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.True(Mappings <= 1);
    }

    private ForeignGuestMemory Open() => new(_xen.ForeignMemory, _domain.Id);
}

using System;
using System.Threading.Tasks;
using Xen.Machine;
using Xen.Privcmd;
using Xen.Sys;
using Xen.Testing.Hypervisor;
using Xen.Testing.Linux;

namespace Xen.DeviceModel.Tests;

public sealed class GrantGuestMemoryTests : IDisposable
{
    private const ulong Grant = GrantGuestMemory.GrantBit;

    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _domain;
    private readonly LinuxGrantTable _grants;
    private readonly ForeignGuestMemory _frames;

    public GrantGuestMemoryTests()
    {
        _domain = _xen.CreateDomain(7);
        _grants = _xen.Linux.OpenGrantTable();
        _frames = new ForeignGuestMemory(_xen.ForeignMemory, _domain.Id);
    }

    private int Mapped => _xen.Linux.GrantMappingCount;

    public void Dispose()
    {
        _frames.Dispose();
        _grants.Dispose();
        _xen.Dispose();
    }

    [Fact]
    public void Buffer_over_several_grants_is_one_span()
    {
        var memory = Open();
        var first = GrantPages(frame: 5, count: 3);
        using var view = memory.Enter();
        Assert.True(view.TryGetSpan(At(first, 0xff0), 0x1020, GuestAccess.Write, out var span));
        span.Fill(0x77);
        Assert.False(_domain.Memory.Slice((5 << 12) + 0xff0, 0x1020).ContainsAnyExcept((byte)0x77));
        Assert.Equal(0, _domain.Memory[(5 << 12) + 0xfef]);
        Assert.Equal(0, _domain.Memory[(7 << 12) + 0x10]);
    }

    [Fact]
    public void Buffers_are_mapped_once_and_unmapped_before_the_guest_gets_them_back()
    {
        var memory = Open();
        var first = GrantPages(frame: 5, count: 2);
        using (var view = memory.Enter())
        {
            Assert.True(view.TryRead(At(first, 0), new byte[16]));
            Assert.True(view.TryRead(At(first, 16), new byte[16]));
            Assert.True(view.TryWrite(At(first + 1, 0), new byte[16]));
            Assert.Equal((2, 2), (Mapped, memory.MappedPages));
            Assert.False(_domain.TryRevoke(new GrantReference(first)));
            view.EndBuffers();
            Assert.Equal((0, 0), (Mapped, memory.MappedPages));
            Assert.True(_domain.TryRevoke(new GrantReference(first)));
            Assert.False(view.TryRead(At(first, 0), new byte[16]));
            Assert.True(view.TryRead(At(first + 1, 0), new byte[16]));
        }

        Assert.Equal((0, 0), (Mapped, memory.MappedPages));
    }

    [Fact]
    public void What_is_only_read_needs_a_grant_to_read_only()
    {
        var memory = Open();
        var readOnly = _domain.Grant(5, default, isReadOnly: true).Value;
        using var view = memory.Enter();
        Assert.True(view.TryRead(At(readOnly, 0), new byte[16]));
        Assert.False(view.TryWrite(At(readOnly, 0), new byte[16]));

        // What is mapped to be read is not used to write, and mapped once more.
        var writable = GrantPages(frame: 6, count: 1);
        Assert.True(view.TryRead(At(writable, 0), new byte[16]));
        Assert.True(view.TryWrite(At(writable, 0), new byte[16]));
        Assert.Equal(3, Mapped);
    }

    [Fact]
    public void Range_that_is_held_stays_mapped_and_is_not_mapped_again()
    {
        var memory = Open();
        var first = GrantPages(frame: 5, count: 2);
        var hold = memory.Hold(At(first, 0), 8192, GuestAccess.Write);
        for (var i = 0; i < 3; i++)
        {
            using var view = memory.Enter();
            Assert.True(view.TryGetSpan(At(first, 0x800), 0x1000, GuestAccess.Write, out var span));
            view.EndBuffers();
            span.Fill((byte)i);
            Assert.Equal(1, Mapped);
        }

        Assert.Equal(2, _domain.Memory[(5 << 12) + 0x800]);
        hold!.Dispose();
        hold.Dispose();
        Assert.Equal((0, 0), (Mapped, memory.MappedPages));
        Assert.True(_domain.TryRevoke(new GrantReference(first)));
    }

    [Fact]
    public void View_that_reaches_into_a_hold_keeps_it_mapped_until_it_ends()
    {
        var memory = Open();
        var first = GrantPages(frame: 5, count: 2);
        var hold = memory.Hold(At(first, 0), 8192, GuestAccess.Write);
        using (var view = memory.Enter())
        {
            Assert.True(view.TryGetSpan(At(first + 1, 0), 64, GuestAccess.Write, out var span));
            hold!.Dispose();
            Assert.Equal((1, 2), (Mapped, memory.MappedPages));
            span.Fill(0x55);
            Assert.Equal(0x55, _domain.Memory[6 << 12]);
            view.EndBuffers();
            Assert.True(view.TryWrite(At(first, 0), new byte[16]));
            Assert.Equal((1, 2), (Mapped, memory.MappedPages));

            // Whoever comes later has nothing of it.
            using var later = memory.Enter();
            Assert.True(later.TryRead(At(first, 0), new byte[16]));
            Assert.Equal((2, 3), (Mapped, memory.MappedPages));
        }

        Assert.Equal((0, 0), (Mapped, memory.MappedPages));
        Assert.True(_domain.TryRevoke(new GrantReference(first + 1)));
    }

    [Fact]
    public void View_that_ends_before_a_hold_leaves_it_mapped()
    {
        var memory = Open();
        var first = GrantPages(frame: 5, count: 1);
        var hold = memory.Hold(At(first, 0), 4096, GuestAccess.Write);
        using (var view = memory.Enter())
            Assert.True(view.TryRead(At(first, 0), new byte[16]));
        Assert.Equal((1, 1), (Mapped, memory.MappedPages));
        hold!.Dispose();
        Assert.Equal((0, 0), (Mapped, memory.MappedPages));
    }

    [Theory]
    [InlineData(Grant | (0x7fffUL << 12), 16)]
    [InlineData(Grant, 0x7fffffff)]
    [InlineData(Grant | 0x7ffffffffffff000UL, 16)]
    [InlineData(Grant | 0xfffffffffffUL, 2)]
    [InlineData(ulong.MaxValue, 1)]
    [InlineData(0x7fffffffffffffffUL, 1)]
    public void Address_that_names_nothing_is_refused(ulong address, int length)
    {
        var memory = Open();
        using var view = memory.Enter();
        Assert.False(view.TryGetSpan(address, length, GuestAccess.Read, out _));
        Assert.Null(memory.Hold(address, length, GuestAccess.Read));
        Assert.Equal((0, 0), (Mapped, memory.MappedPages));
    }

    [Fact]
    public void Grant_to_somebody_else_is_refused()
    {
        var memory = Open();
        var reference = _domain.Grant(5, new DomainId(9)).Value;
        using var view = memory.Enter();
        Assert.False(view.TryRead(At(reference, 0), new byte[16]));
    }

    [Fact]
    public void Guest_has_no_more_mapped_than_it_may()
    {
        var memory = Open(pageLimit: 3);
        var first = GrantPages(frame: 5, count: 5);
        using (var view = memory.Enter())
        {
            Assert.True(view.TryRead(At(first, 0), new byte[0x2000]));
            Assert.False(view.TryRead(At(first + 2, 0), new byte[0x2000]));
            Assert.True(view.TryRead(At(first + 2, 0), new byte[0x1000]));
            Assert.False(view.TryRead(At(first + 3, 0), new byte[1]));
        }

        using var other = memory.Enter();
        Assert.True(other.TryRead(At(first + 2, 0), new byte[0x2000]));
    }

    [Fact]
    public void Frames_and_grants_are_told_apart_by_the_highest_bit()
    {
        var memory = Open();
        var first = GrantPages(frame: 5, count: 1);
        _domain.Memory[(int)first << 12] = 1;
        _domain.Memory[5 << 12] = 2;
        var value = new byte[1];
        using var view = memory.Enter();
        Assert.True(view.TryRead((ulong)first << 12, value));
        Assert.Equal(1, value[0]);
        Assert.True(view.TryRead(At(first, 0), value));
        Assert.Equal(2, value[0]);
    }

    [Fact]
    public void Without_frames_addresses_of_frames_are_refused()
    {
        var memory = new GrantGuestMemory(_grants, _domain.Id);
        using var view = memory.Enter();
        Assert.False(view.TryRead(0x1000, new byte[1]));
    }

    [Fact]
    public void After_the_end_nothing_is_mapped()
    {
        var memory = Open();
        var first = GrantPages(frame: 5, count: 1);
        memory.Drop();
        using var view = memory.Enter();
        Assert.False(view.TryRead(At(first, 0), new byte[1]));
    }

    [Fact]
    public void Kernel_that_refuses_is_a_failed_access()
    {
        var memory = Open();
        var first = GrantPages(frame: 5, count: 1);
        using var view = memory.Enter();
        _xen.Linux.Faults.Fail(KernelCall.Map, XenAbi.XEN_ENOMEM);
        Assert.False(view.TryRead(At(first, 0), new byte[1]));
        Assert.Equal(0, memory.MappedPages);
        Assert.True(view.TryRead(At(first, 0), new byte[1]));
    }

    [Fact]
    public void Request_allocates_nothing_but_for_the_mappings_of_grants()
    {
        var memory = Open();
        var data = new byte[16];
        Assert.Equal(0, Allocation.Least(() => Serve(0x3000, 0x4000)));

        // A ring is mapped already, and buffers by whoever maps them.
        var ring = GrantPages(frame: 5, count: 1);
        using var hold = memory.Hold(At(ring, 0), 4096, GuestAccess.Write);
        Assert.Equal(0, Allocation.Least(() => Serve(At(ring, 0), At(ring, 16))));
        using var mapping = _grants.Map([new ForeignGrant(_domain.Id, new GrantReference(ring))], ForeignAccess.ReadWrite);
        memory = new GrantGuestMemory(new MappedBefore(mapping), _domain.Id, _frames);
        Assert.Equal(0, Allocation.Least(() => Serve(At(ring, 0), 0x4000)));
        Assert.Equal(0, memory.MappedPages);

        void Serve(ulong source, ulong target)
        {
            using var view = memory.Enter();
            using var another = memory.Enter();
            Assert.True(view.TryRead(source, data) && another.TryWrite(target, data));
            view.EndBuffers();
            Assert.True(view.TryRead(source, data));
        }
    }

    [Fact]
    public async Task Views_of_several_threads_have_nothing_of_each_other()
    {
        var memory = Open();
        var threads = new Task[4];
        for (var i = 0; i < threads.Length; i++)
        {
            var reference = GrantPages(frame: (ulong)(5 + i), count: 1);
            var value = (byte)(i + 1);
            _domain.Memory.Slice((5 + i) << 12, 16).Fill(value);
            threads[i] = Task.Run(
                () =>
                {
                    Span<byte> data = stackalloc byte[16];
                    for (var round = 0; round < 2000; round++)
                    {
                        using var view = memory.Enter();
                        Assert.True(view.TryRead(At(reference, 0), data));
                        Assert.False(data.ContainsAnyExcept(value));
                    }
                },
                TestContext.Current.CancellationToken);
        }

        await Task.WhenAll(threads);
        Assert.Equal((0, 0), (Mapped, memory.MappedPages));
    }

    private static ulong At(uint reference, int offset) => Grant | ((ulong)reference << 12) | (uint)offset;

    private GrantGuestMemory Open(int pageLimit = GrantGuestMemory.DefaultPageLimit) =>
        new(_grants, _domain.Id, _frames, pageLimit);

    private uint GrantPages(ulong frame, int count)
    {
        var first = _domain.Grant(frame, default).Value;
        for (var i = 1; i < count; i++)
            Assert.Equal(first + (uint)i, _domain.Grant(frame + (uint)i, default).Value);
        return first;
    }

    // Nothing is left to do for it, so that what is measured is what this library allocates.
    private sealed unsafe class MappedBefore(IForeignMapping mapping) : IGrantTable, IForeignMapping
    {
        public byte* Address => mapping.Address;

        public int PageCount => mapping.PageCount;

        public ForeignAccess Access => mapping.Access;

        public IForeignMapping Map(
            ReadOnlySpan<ForeignGrant> grants, ForeignAccess access, UnmapNotification notification = default) => this;

        public HypercallResult Copy(ReadOnlySpan<GrantCopy> copies, Span<GrantStatus> statuses) =>
            throw new NotSupportedException("nothing is copied here");

        public int GetError(int page) => mapping.GetError(page);

        public ForeignView OpenView() => mapping.OpenView();

        public void Dispose()
        {
        }
    }
}

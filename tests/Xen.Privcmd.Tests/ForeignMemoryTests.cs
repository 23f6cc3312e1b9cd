using System;
using System.Linq;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Tests.Support;
using Xen.Sys;

namespace Xen.Privcmd.Tests;

public sealed unsafe class ForeignMemoryTests : IDisposable
{
    private const int LargePage = 64 << 10;
    private const int Placed = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE | Libc.MAP_FIXED;

    private static readonly DomainId Guest = new(7);

    private readonly ScriptedKernel _kernel = new();
    private readonly FrameScript _frames = new();
    private readonly ListLogger _log = new();
    private readonly PrivcmdForeignMemory _memory;

    public ForeignMemoryTests()
    {
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_MMAPBATCH_V2] = _frames.Answer;
        _memory = PrivcmdForeignMemory.Open(_kernel, _log);
        _kernel.TakeCalls();
    }

    public void Dispose()
    {
        _memory.Dispose();
        Assert.Empty(_kernel.Mapped);
        Assert.Equal(0, _kernel.WrongUnmaps);
    }

    [Theory]
    [InlineData(ForeignAccess.ReadOnly, Libc.PROT_READ)]
    [InlineData(ForeignAccess.ReadWrite, Libc.PROT_READ | Libc.PROT_WRITE)]
    public void Mapping_is_reserved_populated_and_unmapped_once(ForeignAccess access, int protection)
    {
        var mapping = Map([10, 11, 10], access, out var errors);
        Assert.Equal([0, 0, 0], errors);
        Assert.Equal(3, mapping.PageCount);
        Assert.Equal(access, mapping.Access);
        Assert.Equal(Guest.Value, _frames.Domain);
        var (address, frames) = Assert.Single(_frames.Batches);
        Assert.Equal((nint)mapping.Address, address);
        Assert.Equal([10ul, 11, 10], frames);
        mapping.Dispose();
        mapping.Dispose();
        Assert.Equal(
            [$"mmap 3000 prot {protection} flags 1 offset 0", "ioctl MMAPBATCH_V2", "munmap 3000"], _kernel.TakeCalls());
        Assert.Throws<ObjectDisposedException>(() => (nint)mapping.Address);
        Assert.Throws<ObjectDisposedException>(() => mapping.OpenView().Dispose());
    }

    [Fact]
    public void Wrong_arguments_are_refused_before_the_kernel_is_asked()
    {
        var frame = new GuestFrameNumber(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => _memory.Map(Guest, [], ForeignAccess.ReadOnly, []));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => _memory.Map(Guest, [frame], ForeignAccess.ReadOnly, new int[2]));
        Assert.Throws<ArgumentException>(
            () => _memory.MapAt(null, Guest, [frame], ForeignAccess.ReadOnly, new int[1]));
        Assert.Throws<ArgumentException>(
            () => _memory.MapAt((byte*)0x10800, Guest, [frame], ForeignAccess.ReadOnly, new int[1]));
        Assert.Throws<ArgumentException>(
            () => _memory.MapAt((byte*)-XenPage.Size, Guest, [frame, frame], ForeignAccess.ReadOnly, new int[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _memory.MapResource(Guest, 0, 0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _memory.MapResource(Guest, 0, 0, 1ul << 32, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _memory.OpenWindow(Guest, 0, ForeignAccess.ReadOnly));
        Assert.Throws<ArgumentOutOfRangeException>(() => _memory.OpenWindow(Guest, 1ul << 52, ForeignAccess.ReadOnly));
        Assert.Empty(_kernel.Calls);
    }

    [Fact]
    public void Pages_that_failed_are_known_and_never_shown()
    {
        _frames.Answer(21, XenAbi.XEN_EINVAL);
        using var mapping = Map([20, 21, 22], ForeignAccess.ReadWrite, out var errors);
        Assert.Equal([0, XenAbi.XEN_EINVAL, 0], errors);
        Assert.Equal([0, XenAbi.XEN_EINVAL, 0], Enumerable.Range(0, 3).Select(mapping.GetError));
        using var view = mapping.OpenView();
        view.GetSpan(0, XenPage.Size).Fill(1);
        view.GetSpan(2 * XenPage.Size, XenPage.Size).Fill(2);
        Assert.Equal(XenAbi.XEN_EINVAL, Refusal(mapping, XenPage.Size - 1, 2));
        Assert.Equal(XenAbi.XEN_EINVAL, Refusal(mapping, 0, 3 * XenPage.Size));
        Assert.Equal(XenAbi.XEN_EINVAL, Refusal(mapping, (2 * XenPage.Size) - 1, 1));
    }

    [Fact]
    public void Domain_that_is_gone_fails_every_page_and_not_the_request()
    {
        _frames.Answer(1, XenAbi.XEN_ESRCH).Answer(2, XenAbi.XEN_ESRCH);
        using var mapping = Map([1, 2], ForeignAccess.ReadOnly, out var errors);
        Assert.Equal([XenAbi.XEN_ESRCH, XenAbi.XEN_ESRCH], errors);
    }

    [Theory]
    [InlineData(XenAbi.XEN_EINVAL)]
    [InlineData(XenAbi.XEN_EPERM)]
    [InlineData(XenAbi.XEN_ENOMEM)]
    public void Refused_request_unmaps_once_and_says_which(int errno)
    {
        _frames.Refusals.Enqueue(errno);
        var error = Assert.Throws<HypercallException>(() => Map([1], ForeignAccess.ReadOnly, out _));
        Assert.Equal(errno, error.Errno);
        Assert.Equal(Guest, error.Domain);
        Assert.Contains("MMAPBATCH_V2", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            ["mmap 1000 prot 1 flags 1 offset 0", "ioctl MMAPBATCH_V2", "munmap 1000"], _kernel.TakeCalls());
    }

    [Fact]
    public void No_address_space_is_said_without_a_request()
    {
        _kernel.MapErrors.Enqueue(XenAbi.XEN_ENOMEM);
        var error = Assert.Throws<HypercallException>(() => Map([1], ForeignAccess.ReadOnly, out _));
        Assert.Equal(XenAbi.XEN_ENOMEM, error.Errno);
        Assert.Single(_kernel.TakeCalls());
    }

    [Fact]
    public void Paged_out_pages_are_asked_for_again_run_by_run_and_only_they()
    {
        _frames.Answer(1, XenAbi.XEN_ENOENT)
            .Answer(2, XenAbi.XEN_ENOENT, XenAbi.XEN_ENOENT)
            .Answer(4, XenAbi.XEN_EINVAL)
            .Answer(5, XenAbi.XEN_ENOENT, XenAbi.XEN_EINVAL);
        using var mapping = Map([0, 1, 2, 3, 4, 5], ForeignAccess.ReadWrite, out var errors);
        Assert.Equal([0, 0, 0, 0, XenAbi.XEN_EINVAL, XenAbi.XEN_EINVAL], errors);
        var start = (nint)mapping.Address;
        Assert.Equal(
            [
                (start, "0 1 2 3 4 5"),
                (start + XenPage.Size, "1 2"),
                (start + (5 * XenPage.Size), "5"),
                (start + (2 * XenPage.Size), "2"),
            ],
            _frames.Batches.Select(batch => (batch.Address, string.Join(' ', batch.Frames))));
        Assert.Equal(2, _kernel.Calls.Count("pause".Equals));
        Assert.Equal("201 domain 7: 3 pages are paged out, and asked for again", Assert.Single(_log.Lines));
    }

    [Fact]
    public void Pages_that_stay_paged_out_end_as_errors_after_a_bounded_time()
    {
        _frames.Answer(1, [.. Enumerable.Repeat(XenAbi.XEN_ENOENT, 5000)]);
        using var mapping = Map([0, 1], ForeignAccess.ReadWrite, out var errors);
        Assert.Equal([0, XenAbi.XEN_ENOENT], errors);
        Assert.Equal(MapBatch.PagedOutAttempts + 1, _frames.Batches.Count);
        Assert.Equal(MapBatch.PagedOutAttempts, _kernel.Calls.Count("pause".Equals));
        Assert.StartsWith("202 domain 7: 1 pages are still paged out", _log.Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_while_pages_are_asked_for_again_is_one_of_the_request()
    {
        _frames.Answer(1, XenAbi.XEN_ENOENT, XenAbi.XEN_ENOENT);
        _frames.Refusals.Enqueue(0);
        _frames.Refusals.Enqueue(XenAbi.XEN_EPERM);
        var error = Assert.Throws<HypercallException>(() => Map([0, 1], ForeignAccess.ReadOnly, out _));
        Assert.Equal(XenAbi.XEN_EPERM, error.Errno);
        Assert.Equal(1, _kernel.Calls.Count("munmap 2000".Equals));
    }

    [Fact]
    public void Placed_mapping_becomes_a_reservation_again()
    {
        using var reservation = new Reservation(_kernel, 4 * XenPage.Size);
        var place = (byte*)reservation.Address + XenPage.Size;
        _kernel.TakeCalls();
        var mapping = _memory.MapAt(place, Guest, Numbers(5, 6), ForeignAccess.ReadWrite, new int[2]);
        Assert.Equal((nint)place, (nint)mapping.Address);
        mapping.Dispose();
        mapping.Dispose();
        Assert.Equal(
            [
                "mmap fixed 2000 prot 3 flags 11 offset 0",
                "ioctl MMAPBATCH_V2",
                $"mmap fixed 2000 prot 0 flags {Placed:x} offset 0",
            ],
            _kernel.TakeCalls());

        _frames.Refusals.Enqueue(XenAbi.XEN_EINVAL);
        Assert.Throws<HypercallException>(
            () => _memory.MapAt(place, Guest, Numbers(5, 6), ForeignAccess.ReadWrite, new int[2]));
        Assert.Equal($"mmap fixed 2000 prot 0 flags {Placed:x} offset 0", _kernel.TakeCalls().Last());
        Assert.Empty(_kernel.Mapped);
    }

    [Fact]
    public void Placed_mapping_that_cannot_be_replaced_is_reported_and_left()
    {
        using var reservation = new Reservation(_kernel, XenPage.Size);
        var mapping = _memory.MapAt(
            (byte*)reservation.Address, Guest, Numbers(5), ForeignAccess.ReadWrite, new int[1]);
        _kernel.MapErrors.Enqueue(XenAbi.XEN_ENOMEM);
        mapping.Dispose();
        Assert.Contains("203 4096 bytes at 0x", _log.Lines.Last(), StringComparison.Ordinal);
        Assert.Single(_kernel.Mapped);
    }

    [Fact]
    public void Resource_is_mapped_whole_or_not_at_all()
    {
        privcmd_mmap_resource asked = default;
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE] = argument =>
        {
            asked = *(privcmd_mmap_resource*)argument;
            return default;
        };
        using (var mapping = _memory.MapResource(Guest, 1, 2, 3, 4))
        {
            Assert.Equal((Guest.Value, 1u, 2u, 3u, 4ul), (asked.dom, asked.type, asked.id, asked.idx, asked.num));
            Assert.Equal((ulong)mapping.Address, asked.addr);
        }

        Assert.Equal(
            ["mmap 4000 prot 3 flags 1 offset 0", "ioctl MMAP_RESOURCE", "munmap 4000"], _kernel.TakeCalls());
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE] = _ => HypercallResult.Failure(XenAbi.XEN_ENOENT);
        Assert.Equal(
            XenAbi.XEN_ENOENT,
            Assert.Throws<HypercallException>(() => _memory.MapResource(Guest, 0, 2, 0, 1)).Errno);
        Assert.Equal("munmap 1000", _kernel.TakeCalls().Last());
    }

    [Theory]
    [InlineData(0u, 0, 2ul, 0, 2)]
    [InlineData(0u, 0, (ulong)int.MaxValue, 0, int.MaxValue)]
    [InlineData(9u, 0, 0xffffffa1ul, XenAbi.XEN_EOPNOTSUPP, 0)]
    [InlineData(1u, 0, 0x80000000ul, XenAbi.XEN_EOVERFLOW, 0)]
    [InlineData(1u, 0, 0xffffffffffffffa1ul, XenAbi.XEN_EOVERFLOW, 0)]
    [InlineData(9u, XenAbi.XEN_EINVAL, 0ul, XenAbi.XEN_EOPNOTSUPP, 0)]
    [InlineData(1u, XenAbi.XEN_EINVAL, 0ul, XenAbi.XEN_EINVAL, 0)]
    [InlineData(0u, XenAbi.XEN_ESRCH, 0ul, XenAbi.XEN_ESRCH, 0)]
    public void Size_of_a_resource_is_a_number_that_can_be_one(
        uint type, int answer, ulong number, int errno, long expected)
    {
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE] = argument =>
        {
            var resource = (privcmd_mmap_resource*)argument;
            Assert.Equal((0ul, 0ul), (resource->num, resource->addr));
            resource->num = number;
            return new HypercallResult(-answer);
        };
        if (errno == 0)
            Assert.Equal(expected, _memory.GetResourceSize(Guest, type, 0));
        else
            Assert.Equal(errno, Assert.Throws<HypercallException>(() => _memory.GetResourceSize(Guest, type, 0)).Errno);
        Assert.Equal(["ioctl MMAP_RESOURCE"], _kernel.TakeCalls());
    }

    [Fact]
    public void Mapping_outlives_the_driver_and_nothing_new_is_mapped()
    {
        var mapping = Map([1], ForeignAccess.ReadWrite, out _);
        _memory.Dispose();
        _memory.Dispose();
        Assert.Equal(1, Assert.Single(_kernel.Opened).Closings);
        using (var view = mapping.OpenView())
            view.GetSpan(0, 1)[0] = 1;
        mapping.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Map([1], ForeignAccess.ReadWrite, out _));
        Assert.Throws<ObjectDisposedException>(() => _memory.MapResource(Guest, 0, 0, 0, 1));
        Assert.Throws<ObjectDisposedException>(() => _memory.GetResourceSize(Guest, 0, 0));
        Assert.Throws<ObjectDisposedException>(() => _memory.Restrict(Guest));
    }

    [Fact]
    public void Nothing_is_asked_after_disposal_even_while_another_thread_keeps_the_driver_open()
    {
        var file = Assert.Single(_kernel.Opened);
        var held = false;
        file.DangerousAddRef(ref held);
        _memory.Dispose();
        Action[] calls =
        [
            () => Map([1], ForeignAccess.ReadWrite, out _), () => _memory.MapResource(Guest, 0, 0, 0, 1),
            () => _memory.GetResourceSize(Guest, 0, 0), () => _memory.Restrict(Guest),
            () => _memory.OpenWindow(Guest, 1, ForeignAccess.ReadOnly),
            () => _memory.MapAt(
                (byte*)0x10000, Guest, [new GuestFrameNumber(1)], ForeignAccess.ReadOnly, new int[1]),
        ];
        Assert.All(calls, call => Assert.Throws<ObjectDisposedException>(call));
        Assert.Empty(_kernel.Calls);
        file.DangerousRelease();
        Assert.Equal(1, file.Closings);
    }

    [Fact]
    public void Window_whose_driver_is_closed_in_the_middle_is_a_reservation_again()
    {
        using var window = _memory.OpenWindow(Guest, 16, ForeignAccess.ReadWrite);
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_MMAPBATCH_V2] = _ => throw new ObjectDisposedException("the driver");
        Assert.Throws<ObjectDisposedException>(() => window.Populate(new GuestFrameNumber(2), new int[3]));
        Assert.Empty(_kernel.Mapped);
        Assert.Equal($"mmap fixed 3000 prot 0 flags {Placed:x} offset 0", _kernel.TakeCalls().Last());
    }

    [Fact]
    public void Driver_that_is_closed_in_the_middle_leaves_nothing_mapped()
    {
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_MMAPBATCH_V2] = argument =>
        {
            _memory.Dispose();
            return _frames.Answer(1, XenAbi.XEN_ENOENT).Answer(argument);
        };
        Assert.Throws<ObjectDisposedException>(() => Map([0, 1], ForeignAccess.ReadWrite, out _));
        Assert.Equal("munmap 2000", _kernel.TakeCalls().Last());
    }

    [Fact]
    public void Mapping_that_cannot_be_unmapped_is_reported_and_never_tried_again()
    {
        var mapping = Map([1], ForeignAccess.ReadWrite, out _);
        var address = (nint)mapping.Address;
        _kernel.UnmapErrors.Enqueue(XenAbi.XEN_EINVAL);
        mapping.Dispose();
        mapping.Dispose();
        Assert.Equal(1, _kernel.Calls.Count("munmap 1000".Equals));
        Assert.Contains("cannot be unmapped: EINVAL", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.True(_kernel.Unmap(address, XenPage.Size).IsSuccess);
    }

    [Fact]
    public void Window_is_unmapped_as_a_whole_and_a_refused_run_can_be_populated_again()
    {
        var window = _memory.OpenWindow(Guest, 0x100, ForeignAccess.ReadWrite);
        var start = (nint)window.Address;
        _frames.Refusals.Enqueue(XenAbi.XEN_ENOMEM);
        var errors = new int[16];
        Assert.Equal(XenAbi.XEN_ENOMEM, window.Populate(new GuestFrameNumber(0x20), errors).Errno);
        Assert.Empty(_kernel.Mapped);
        _frames.Answer(0x21, XenAbi.XEN_EINVAL);
        Assert.True(window.Populate(new GuestFrameNumber(0x20), errors).IsSuccess);
        Assert.Equal(XenAbi.XEN_EINVAL, errors[1]);
        Assert.Equal(start + (0x20 * XenPage.Size), Assert.Single(_kernel.Mapped).Key);
        Assert.Equal(0, window.Retry(new GuestFrameNumber(0x21)));
        Assert.Equal((start + (0x21 * XenPage.Size), 1), (_frames.Batches[^1].Address, _frames.Batches[^1].Frames.Length));
        window.Dispose();
        window.Dispose();
        Assert.Equal(1, _kernel.Calls.Count("munmap 100000".Equals));
        Assert.Empty(_kernel.Reserved);
        Assert.Throws<ObjectDisposedException>(() => window.Populate(new GuestFrameNumber(0x40), errors));
    }

    [Theory]
    [InlineData(1, 0x10000)]
    [InlineData(16, 0x10000)]
    [InlineData(17, 0x20000)]
    public void Larger_host_pages_are_mapped_whole_and_frames_stay_Xens(int pages, int length)
    {
        var kernel = new ScriptedKernel { PageSize = LargePage };
        kernel.Requests[XenAbi.IOCTL_PRIVCMD_MMAPBATCH_V2] = _frames.Answer;
        kernel.Requests[XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE] = _ => default;
        using var memory = PrivcmdForeignMemory.Open(kernel);
        var numbers = Numbers([.. Enumerable.Range(0, pages).Select(page => (ulong)page)]);
        using (var mapping = memory.Map(Guest, numbers, ForeignAccess.ReadOnly, new int[pages]))
        {
            Assert.Equal(pages, mapping.PageCount);
            Assert.Equal((nuint)length, Assert.Single(kernel.Mapped).Value);
            Assert.Equal(pages, Assert.Single(_frames.Batches).Frames.Length);
        }

        using (memory.MapResource(Guest, 0, 0, 0, pages))
            Assert.Equal((nuint)length, Assert.Single(kernel.Mapped).Value);
        Assert.Empty(kernel.Mapped);
        Assert.Equal(0, kernel.WrongUnmaps);
    }

    [Fact]
    public void Larger_host_pages_bound_what_can_be_placed()
    {
        var kernel = new ScriptedKernel { PageSize = LargePage };
        kernel.Requests[XenAbi.IOCTL_PRIVCMD_MMAPBATCH_V2] = _frames.Answer;
        using var memory = PrivcmdForeignMemory.Open(kernel);
        Assert.Throws<ArgumentException>(
            () => memory.MapAt((byte*)0x11000, Guest, Numbers(1), ForeignAccess.ReadOnly, new int[1]));
        using var window = memory.OpenWindow(Guest, 40, ForeignAccess.ReadOnly);
        Assert.Equal((nuint)(3 * LargePage), Assert.Single(kernel.Reserved).Value);
        Assert.Equal(XenAbi.XEN_EINVAL, window.Populate(new GuestFrameNumber(8), new int[8]).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, window.Populate(new GuestFrameNumber(0), new int[8]).Errno);
        Assert.True(window.Populate(new GuestFrameNumber(16), new int[16]).IsSuccess);
        Assert.True(window.Populate(new GuestFrameNumber(32), new int[8]).IsSuccess);
    }

    [Fact]
    public void Mapped_bytes_are_counted_up_and_down()
    {
        using var mapped = new CounterReading("xen.foreign.mapped");
        _frames.Answer(2, XenAbi.XEN_EINVAL);
        var mapping = Map([1, 2, 3], ForeignAccess.ReadOnly, out _);
        Assert.Equal(2 * XenPage.Size, mapped.Sum);
        var window = _memory.OpenWindow(Guest, 64, ForeignAccess.ReadOnly);
        Assert.True(window.Populate(new GuestFrameNumber(8), new int[8]).IsSuccess);
        Assert.Equal(10 * XenPage.Size, mapped.Sum);
        mapping.Dispose();
        Assert.Equal(8 * XenPage.Size, mapped.Sum);
        window.Dispose();
        Assert.Equal(0, mapped.Sum);
    }


    private static GuestFrameNumber[] Numbers(params ulong[] frames) =>
        Array.ConvertAll(frames, frame => new GuestFrameNumber(frame));

    private static int Refusal(IForeignMapping mapping, long offset, int length) =>
        Assert.Throws<HypercallException>(() =>
        {
            using var view = mapping.OpenView();
            view.GetReadOnlySpan(offset, length);
        }).Errno;

    private IForeignMapping Map(ulong[] frames, ForeignAccess access, out int[] errors)
    {
        errors = new int[frames.Length];
        return _memory.Map(Guest, Numbers(frames), access, errors);
    }

    private sealed class Reservation : IDisposable
    {
        private readonly ScriptedKernel _kernel;
        private readonly nuint _length;

        internal Reservation(ScriptedKernel kernel, int length)
        {
            _kernel = kernel;
            _length = (nuint)length;
            const int Flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE;
            Assert.True(kernel.Map(0, _length, Libc.PROT_NONE, Flags, null, 0, out var address).IsSuccess);
            Address = address;
        }

        internal nint Address { get; }

        public void Dispose() => _kernel.Unmap(Address, _length);
    }
}

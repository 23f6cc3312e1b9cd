using System;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using Xen.Privcmd.Native;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>
/// A reservation of address space into which privcmd mappings are placed. Neighbouring ones stay separate kernel
/// mappings, but a buffer that crosses them is contiguous here.
/// </summary>
internal sealed unsafe class PrivcmdForeignWindow : IForeignWindow
{
    private readonly SafeFileHandle _privcmd;
    private readonly DomainId _domain;
    private readonly ForeignAccess _access;
    private nint _address;

    internal PrivcmdForeignWindow(SafeFileHandle privcmd, DomainId domain, ulong frameCount, ForeignAccess access)
    {
        ArgumentOutOfRangeException.ThrowIfZero(frameCount);
        if (frameCount > (ulong)nint.MaxValue >> XenPage.Shift)
            throw new ArgumentOutOfRangeException(nameof(frameCount), frameCount, "more than an address space");

        _privcmd = privcmd;
        _domain = domain;
        _access = access;
        FrameCount = frameCount;
        const int Flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE;
        var result = Syscall.Map(0, Length, Libc.PROT_NONE, Flags, null, out var address);
        if (!result.IsSuccess)
            throw new HypercallException("reserving address space for guest memory", result.Errno, domain);
        _address = address;
    }

    ~PrivcmdForeignWindow() => Unmap();

    /// <inheritdoc/>
    public byte* Address
    {
        get
        {
            var address = Volatile.Read(ref _address);
            ObjectDisposedException.ThrowIf(address == 0, this);
            return (byte*)address;
        }
    }

    /// <inheritdoc/>
    public ulong FrameCount { get; }

    private nuint Length => (nuint)FrameCount << XenPage.Shift;

    /// <inheritdoc/>
    public HypercallResult Populate(GuestFrameNumber first, Span<int> errors)
    {
        if (first.Value >= FrameCount || (ulong)errors.Length > FrameCount - first.Value)
            throw new ArgumentOutOfRangeException(nameof(first), first, "the run leaves the window");
        if (errors.IsEmpty)
            return default;

        var place = Place(first);
        var result = Syscall.Map(
            (nint)place,
            (nuint)errors.Length << XenPage.Shift,
            MapBatch.Protection(_access),
            Libc.MAP_SHARED | Libc.MAP_FIXED,
            _privcmd,
            out _);
        return result.IsSuccess ? MapFrames(place, first.Value, errors) : result;
    }

    /// <inheritdoc/>
    public int Retry(GuestFrameNumber frame)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(frame.Value, FrameCount);

        Span<int> error = stackalloc int[1];
        var result = MapFrames(Place(frame), frame.Value, error);
        return result.IsSuccess ? error[0] : result.Errno;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Unmap();
        GC.SuppressFinalize(this);
    }

    // SAFETY: both callers have checked that the frame is in the window.
    private byte* Place(GuestFrameNumber frame) => Address + ((nuint)frame.Value << XenPage.Shift);

    private HypercallResult MapFrames(byte* place, ulong first, Span<int> errors)
    {
        const int Run = 512;
        Span<ulong> frames = stackalloc ulong[Math.Min(errors.Length, Run)];
        if (errors.Length > Run)
            frames = new ulong[errors.Length];
        for (var i = 0; i < errors.Length; i++)
            frames[i] = first + (uint)i;

        // The first batch of a fresh mapping must cover it exactly; later ones may only fill holes.
        return new MapBatch(_privcmd, _domain).Populate(place, frames, errors);
    }

    private void Unmap()
    {
        var address = Interlocked.Exchange(ref _address, 0);

        // SAFETY: the exchange gives the address to one caller only, and the reservation is this long; the owner
        // disposes of it when no view is left.
        if (address != 0)
            _ = Libc.munmap(address, Length);
    }
}

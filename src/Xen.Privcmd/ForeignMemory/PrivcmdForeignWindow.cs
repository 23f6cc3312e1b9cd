using System;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Telemetry;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>
/// A reservation of address space into which privcmd mappings are placed. Neighbouring ones stay separate kernel
/// mappings, but a buffer that crosses them is contiguous here.
/// </summary>
/// <remarks>On a host whose pages are larger than Xen's, runs start and end at the host's pages, or EINVAL.</remarks>
internal sealed unsafe class PrivcmdForeignWindow : IForeignWindow
{
    private readonly IKernel _kernel;
    private readonly ILogger _logger;
    private readonly SafeHandle _privcmd;
    private readonly DomainId _domain;
    private readonly ForeignAccess _access;
    private nint _address;
    private long _mapped;

    internal PrivcmdForeignWindow(
        IKernel kernel, ILogger logger, SafeHandle privcmd, DomainId domain, ulong frameCount, ForeignAccess access)
    {
        ArgumentOutOfRangeException.ThrowIfZero(frameCount);
        if (frameCount > (ulong)nint.MaxValue >> XenPage.Shift)
            throw new ArgumentOutOfRangeException(nameof(frameCount), frameCount, "more than an address space");

        _kernel = kernel;
        _logger = logger;
        _privcmd = privcmd;
        _domain = domain;
        _access = access;
        FrameCount = frameCount;
        var result = PrivcmdRange.TryReserve(kernel, Length, out var address);
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

    private nuint Length => _kernel.Length(FrameCount);

    /// <inheritdoc/>
    public HypercallResult Populate(GuestFrameNumber first, Span<int> errors)
    {
        if (first.Value >= FrameCount || (ulong)errors.Length > FrameCount - first.Value)
            throw new ArgumentOutOfRangeException(nameof(first), first, "the run leaves the window");
        if (errors.IsEmpty)
            return default;
        if (!IsWholeHostPages(first.Value, (ulong)errors.Length))
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);

        var place = Place(first);
        var length = _kernel.Length((ulong)errors.Length);
        var result = PrivcmdRange.TryMap(_kernel, _privcmd, (nint)place, length, _access, out var range);
        if (!result.IsSuccess)
            return result;

        try
        {
            result = MapFrames(place, first.Value, errors);
        }
        catch
        {
            range.Release(_kernel, _logger);
            throw;
        }

        if (!result.IsSuccess)
            range.Release(_kernel, _logger);
        return result;
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

    // Up to the window's end a run may stop within a host page, since nothing comes after it.
    private bool IsWholeHostPages(ulong first, ulong count)
    {
        var mask = ((ulong)_kernel.PageSize >> XenPage.Shift) - 1;
        return (first & mask) == 0 && ((count & mask) == 0 || first + count == FrameCount);
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
        var result = new MapBatch(_kernel, _privcmd, _domain, _logger).Populate(place, frames, errors);
        if (result.IsSuccess)
            Count((long)errors.Count(0) * XenPage.Size);
        return result;
    }

    private void Count(long bytes)
    {
        Interlocked.Add(ref _mapped, bytes);
        PrivcmdMeter.ForeignMapped.Add(bytes);
    }

    private void Unmap()
    {
        // The exchange gives the address to one caller only; the owner disposes of the window when no view is left.
        var address = Interlocked.Exchange(ref _address, 0);
        if (address != 0 && new PrivcmdRange(address, Length, IsPlaced: false).Release(_kernel, _logger))
            PrivcmdMeter.ForeignMapped.Add(-Interlocked.Exchange(ref _mapped, 0));
    }
}

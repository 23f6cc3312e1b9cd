using System;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Telemetry;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>Foreign memory through <c>/dev/xen/privcmd</c>: mmap reserves, MMAPBATCH_V2 populates.</summary>
/// <remarks>
/// Thread-safe. Mappings outlive this object; each is unmapped by its own disposal. Pages are Xen's, of 4 KiB, also where
/// the host's are larger: there a mapping takes whole host pages of address space.
/// </remarks>
public sealed unsafe partial class PrivcmdForeignMemory : IForeignMemory, IRestrictable, IDisposable
{
    private readonly IKernel _kernel;
    private readonly ILogger _logger;
    private readonly SafeHandle _privcmd;

    // The file itself stays open while somebody calls.
    private volatile bool _disposed;

    private PrivcmdForeignMemory(IKernel kernel, ILogger logger)
    {
        _kernel = kernel;
        _logger = logger;
        _privcmd = XenDevice.Open(kernel, XenDevice.Privcmd, "xen-privcmd");
    }

    /// <summary>Opens the driver.</summary>
    /// <param name="logger">Gets what is worth to know about it; null for nobody.</param>
    /// <exception cref="XenUnavailableException">There is no driver, or no permission to use it.</exception>
    public static PrivcmdForeignMemory Open(ILogger? logger = null) => Open(LinuxKernel.Instance, logger);

    internal static PrivcmdForeignMemory Open(IKernel kernel, ILogger? logger = null) =>
        new(kernel, logger ?? NullLogger.Instance);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public IForeignMapping Map(
        DomainId domain, ReadOnlySpan<GuestFrameNumber> frames, ForeignAccess access, Span<int> errors)
    {
        CheckLengths(frames, errors);
        ThrowIfDisposed();
        return MapFrames(place: 0, domain, frames, access, errors);
    }

    /// <inheritdoc/>
    /// <remarks>The kernel's page counts for the boundary. Where it is larger than Xen's, the range ends at one, too.</remarks>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public IForeignMapping MapAt(
        byte* address, DomainId domain, ReadOnlySpan<GuestFrameNumber> frames, ForeignAccess access, Span<int> errors)
    {
        CheckLengths(frames, errors);
        if (address is null || !_kernel.IsPageBoundary((nint)address))
            throw new ArgumentException("not the start of a page", nameof(address));
        if (nuint.MaxValue - (nuint)address < _kernel.Length((ulong)frames.Length))
            throw new ArgumentException("the range leaves the address space", nameof(address));
        ThrowIfDisposed();
        return MapFrames((nint)address, domain, frames, access, errors);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public IForeignWindow OpenWindow(DomainId domain, ulong frameCount, ForeignAccess access)
    {
        ThrowIfDisposed();
        return new PrivcmdForeignWindow(_kernel, _logger, _privcmd, domain, frameCount, access);
    }

    /// <inheritdoc/>
    /// <remarks>Also for the windows that this object opened. EINVAL: it is restricted to another domain already.</remarks>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public HypercallResult Restrict(DomainId domain)
    {
        ThrowIfDisposed();
        var domid = domain.Value;

        // SAFETY: the kernel copies a domid.
        var result = _kernel.Ioctl(_privcmd, XenAbi.IOCTL_PRIVCMD_RESTRICT, &domid);
        _logger.RestrictEnded(XenDevice.Privcmd, domain, result);
        return result;
    }

    /// <summary>Closes the driver. A second time nothing happens.</summary>
    public void Dispose()
    {
        _disposed = true;
        _privcmd.Dispose();
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    private static void CheckLengths(ReadOnlySpan<GuestFrameNumber> frames, Span<int> errors)
    {
        ArgumentOutOfRangeException.ThrowIfZero(frames.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(errors.Length, frames.Length);
    }

    private PrivcmdMapping MapFrames(
        nint place, DomainId domain, ReadOnlySpan<GuestFrameNumber> frames, ForeignAccess access, Span<int> errors)
    {
        var range = Take(place, domain, frames.Length, access, "mmap of foreign frames");
        HypercallResult result;
        try
        {
            // SAFETY: a frame number is one 64-bit number, as the kernel's array has them.
            var numbers = MemoryMarshal.Cast<GuestFrameNumber, ulong>(frames);
            var batch = new MapBatch(_kernel, _privcmd, domain, _logger);
            result = batch.Populate((byte*)range.Address, numbers, errors);
            if (result.IsSuccess)
                return new PrivcmdMapping(_kernel, _logger, range, frames.Length, access, errors);
        }
        catch
        {
            range.Release(_kernel, _logger);
            throw;
        }

        range.Release(_kernel, _logger);
        throw new HypercallException("privcmd MMAPBATCH_V2", result.Errno, domain);
    }

    private PrivcmdRange Take(nint place, DomainId domain, int pages, ForeignAccess access, string operation)
    {
        var length = _kernel.Length((ulong)pages);
        var result = PrivcmdRange.TryMap(_kernel, _privcmd, place, length, access, out var range);
        return result.IsSuccess ? range : throw new HypercallException(operation, result.Errno, domain);
    }
}

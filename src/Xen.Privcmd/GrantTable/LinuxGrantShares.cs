using System;
using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Telemetry;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>Grants pages of this domain to others, through <c>/dev/xen/gntalloc</c>.</summary>
/// <remarks>
/// Thread-safe. Shares outlive this object; each ends with its own disposal. While another domain maps a page that was
/// given back here, the kernel keeps it, and counts it towards the driver's limit.
/// </remarks>
public sealed unsafe class LinuxGrantShares : IGrantShares
{
    private readonly IKernel _kernel;
    private readonly ILogger _logger;
    private readonly SafeHandle _gntalloc;

    // The file itself stays open while somebody calls.
    private volatile bool _disposed;

    private LinuxGrantShares(IKernel kernel, ILogger logger)
    {
        _kernel = kernel;
        _logger = logger;
        _gntalloc = XenDevice.Open(kernel, XenDevice.GrantAllocator, "xen-gntalloc");
    }

    /// <summary>Opens the driver.</summary>
    /// <param name="logger">Gets what is worth to know about it; null for nobody.</param>
    /// <exception cref="XenUnavailableException">There is no driver, or no permission to use it.</exception>
    public static LinuxGrantShares Open(ILogger? logger = null) => Open(LinuxKernel.Instance, logger);

    internal static LinuxGrantShares Open(IKernel kernel, ILogger? logger = null) =>
        new(kernel, logger ?? NullLogger.Instance);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">No pages, or a byte to be cleared that is not in them.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public IGrantShare Share(DomainId domain, int pages, ForeignAccess access, UnmapNotification notification = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pages);
        UnmapNotice.Check(notification, pages);
        ObjectDisposedException.ThrowIf(_disposed, this);
        GrantPages.CheckContiguous(_kernel, "gntalloc ALLOC_GREF", domain, pages);

        var references = new GrantReference[pages];
        var index = Allocate(domain, access, references);
        try
        {
            var result = GrantPages.Map(_kernel, _gntalloc, index, pages, ForeignAccess.ReadWrite, out var address);
            result.OrThrow("mmap of shared pages", domain);
            Announce(index, address, pages, notification, domain);
            return new GrantShare(_kernel, _logger, address, references);
        }
        finally
        {
            // The mapping, if there is one, holds the pages from here on: they go with it, also if this process dies.
            Release(index, pages);
        }
    }

    /// <summary>Closes the driver. A second time nothing happens.</summary>
    public void Dispose()
    {
        _disposed = true;
        _gntalloc.Dispose();
    }

    private ulong Allocate(DomainId domain, ForeignAccess access, Span<GrantReference> references)
    {
        var size = sizeof(ioctl_gntalloc_alloc_gref) + ((references.Length - 1) * sizeof(uint));
        var words = ArrayPool<ulong>.Shared.Rent((size + sizeof(ulong) - 1) / sizeof(ulong));
        try
        {
            // SAFETY: the array is pinned, aligned to eight bytes, and long enough for the structure and all references
            // but its first, which follow it.
            fixed (ulong* memory = words)
            {
                var alloc = (ioctl_gntalloc_alloc_gref*)memory;
                *alloc = new ioctl_gntalloc_alloc_gref
                {
                    domid = domain.Value,
                    flags = access == ForeignAccess.ReadWrite ? (ushort)XenAbi.GNTALLOC_FLAG_WRITABLE : (ushort)0,
                    count = (uint)references.Length,
                };
                var result = _kernel.Ioctl(_gntalloc, XenAbi.IOCTL_GNTALLOC_ALLOC_GREF, alloc);
                result.OrThrow("gntalloc ALLOC_GREF", domain);
                new ReadOnlySpan<GrantReference>(&alloc->gref_ids, references.Length).CopyTo(references);
                return alloc->index;
            }
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(words);
        }
    }

    private void Announce(ulong index, nint address, int pages, UnmapNotification notification, DomainId domain)
    {
        try
        {
            UnmapNotice.Set(_kernel, _gntalloc, index, notification).OrThrow("gntalloc SET_UNMAP_NOTIFY", domain);
        }
        catch
        {
            GrantPages.Unmap(_kernel, _logger, address, pages);
            throw;
        }
    }

    private void Release(ulong index, int pages)
    {
        var release = new ioctl_gntalloc_dealloc_gref { index = index, count = (uint)pages };
        try
        {
            // SAFETY: the kernel copies the structure.
            var result = _kernel.Ioctl(_gntalloc, XenAbi.IOCTL_GNTALLOC_DEALLOC_GREF, &release);
            if (!result.IsSuccess)
                _logger.ForgetFailed("gntalloc DEALLOC_GREF", pages, XenErrno.Name(result.Errno));
        }
        catch (ObjectDisposedException)
        {
            // A driver that is closed has given up everything that is not mapped.
        }
    }
}

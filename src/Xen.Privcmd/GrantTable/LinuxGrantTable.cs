using System;
using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Telemetry;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>Pages that other domains grant, through <c>/dev/xen/gntdev</c>.</summary>
/// <remarks>
/// Thread-safe. Mappings outlive this object; each is unmapped by its own disposal, and keeps the driver open until then.
/// </remarks>
public sealed unsafe partial class LinuxGrantTable : IGrantTable
{
    private readonly IKernel _kernel;
    private readonly ILogger _logger;
    private readonly SafeHandle _gntdev;

    // The file itself stays open for mappings, and while somebody calls.
    private volatile bool _disposed;

    private LinuxGrantTable(IKernel kernel, ILogger logger)
    {
        _kernel = kernel;
        _logger = logger;
        _gntdev = XenDevice.Open(kernel, XenDevice.GrantDevice, "xen-gntdev");
    }

    /// <summary>Opens the driver.</summary>
    /// <param name="logger">Gets what is worth to know about it; null for nobody.</param>
    /// <exception cref="XenUnavailableException">There is no driver, or no permission to use it.</exception>
    public static LinuxGrantTable Open(ILogger? logger = null) => Open(LinuxKernel.Instance, logger);

    internal static LinuxGrantTable Open(IKernel kernel, ILogger? logger = null) =>
        new(kernel, logger ?? NullLogger.Instance);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">No grants, or a byte to be cleared that is not in them.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public IForeignMapping Map(
        ReadOnlySpan<ForeignGrant> grants, ForeignAccess access, UnmapNotification notification = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(grants.Length);
        UnmapNotice.Check(notification, grants.Length);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var domain = OneDomain(grants);
        GrantPages.CheckContiguous(_kernel, "gntdev MAP_GRANT_REF", domain, grants.Length);

        // Each mapping holds the file: where the driver does not unmap by itself with the pages, as in a domain that Xen
        // translates for, it does so when it forgets them, and that it must be told.
        var held = false;
        _gntdev.DangerousAddRef(ref held);
        try
        {
            return MapHeld(grants, domain, access, notification);
        }
        catch
        {
            _gntdev.DangerousRelease();
            throw;
        }
    }

    /// <summary>Closes the driver, as soon as nothing is mapped any more. A second time nothing happens.</summary>
    public void Dispose()
    {
        _disposed = true;
        _gntdev.Dispose();
    }

    /// <summary>Unmaps pages, has the driver forget them, and gives up the mapping's hold of it.</summary>
    /// <returns>False if they stay mapped.</returns>
    internal bool Unmap(ulong index, nint address, int pages)
    {
        try
        {
            if (!GrantPages.Unmap(_kernel, _logger, address, pages))
                return false;
            Forget(index, pages);
            return true;
        }
        finally
        {
            _gntdev.DangerousRelease();
        }
    }

    private static DomainId? OneDomain(ReadOnlySpan<ForeignGrant> grants)
    {
        foreach (ref readonly var grant in grants)
        {
            if (grant.Domain != grants[0].Domain)
                return null;
        }

        return grants[0].Domain;
    }

    private GrantMapping MapHeld(
        ReadOnlySpan<ForeignGrant> grants, DomainId? domain, ForeignAccess access, UnmapNotification notification)
    {
        // The driver looks at the references only when the pages are mapped: that is where a wrong one is refused.
        var index = Prepare(grants, domain);
        try
        {
            var result = GrantPages.Map(_kernel, _gntdev, index, grants.Length, access, out var address);
            result.OrThrow("mmap of grants", domain);
            Announce(index, address, grants.Length, notification, domain);
            return new GrantMapping(this, index, address, grants.Length, access);
        }
        catch
        {
            Forget(index, grants.Length);
            throw;
        }
    }

    private ulong Prepare(ReadOnlySpan<ForeignGrant> grants, DomainId? domain)
    {
        var size = sizeof(ioctl_gntdev_map_grant_ref)
            + ((grants.Length - 1) * sizeof(ioctl_gntdev_grant_ref));
        var words = ArrayPool<ulong>.Shared.Rent((size + sizeof(ulong) - 1) / sizeof(ulong));
        try
        {
            // SAFETY: the array is pinned, aligned to eight bytes, and long enough for the structure and all references
            // but its first, which follow it.
            fixed (ulong* memory = words)
            {
                var map = (ioctl_gntdev_map_grant_ref*)memory;
                *map = new ioctl_gntdev_map_grant_ref { count = (uint)grants.Length };
                var references = (ioctl_gntdev_grant_ref*)&map->refs;
                for (var i = 0; i < grants.Length; i++)
                    references[i] = new() { domid = grants[i].Domain.Value, @ref = grants[i].Reference.Value };

                _kernel.Ioctl(_gntdev, XenAbi.IOCTL_GNTDEV_MAP_GRANT_REF, map).OrThrow("gntdev MAP_GRANT_REF", domain);
                return map->index;
            }
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(words);
        }
    }

    private void Announce(ulong index, nint address, int pages, UnmapNotification notification, DomainId? domain)
    {
        try
        {
            UnmapNotice.Set(_kernel, _gntdev, index, notification).OrThrow("gntdev SET_UNMAP_NOTIFY", domain);
        }
        catch
        {
            GrantPages.Unmap(_kernel, _logger, address, pages);
            throw;
        }
    }

    private void Forget(ulong index, int pages)
    {
        var unmap = new ioctl_gntdev_unmap_grant_ref { index = index, count = (uint)pages };

        // SAFETY: the kernel copies the structure. The file is held.
        var result = _kernel.Ioctl(_gntdev, XenAbi.IOCTL_GNTDEV_UNMAP_GRANT_REF, &unmap);
        if (!result.IsSuccess)
            _logger.ForgetFailed("gntdev UNMAP_GRANT_REF", pages, XenErrno.Name(result.Errno));
    }
}

using System;
using Xen.Sys;

namespace Xen.Privcmd;

/// <content>Frames that Xen keeps for a domain: MMAP_RESOURCE.</content>
public sealed unsafe partial class PrivcmdForeignMemory
{
    // The highest number that errnos have, as a negative 32-bit number: the kernel's own convention.
    private const int MaximumErrno = 4095;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">No frames, or a frame that the kernel cannot name.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public IForeignMapping MapResource(DomainId domain, uint type, uint id, ulong frame, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frame, (ulong)uint.MaxValue);

        ThrowIfDisposed();
        var range = Take(place: 0, domain, count, ForeignAccess.ReadWrite, "mmap of a resource");
        var resource = new privcmd_mmap_resource
        {
            dom = domain.Value,
            type = type,
            id = id,
            idx = (uint)frame,
            num = (ulong)count,
            addr = (ulong)range.Address,
        };

        HypercallResult result;
        try
        {
            // SAFETY: the kernel copies the structure, and the range is a fresh privcmd mapping of this many pages.
            result = _kernel.Ioctl(_privcmd, XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE, &resource);
            if (result.IsSuccess)
                return new PrivcmdMapping(_kernel, _logger, range, count, ForeignAccess.ReadWrite, []);
        }
        catch
        {
            range.Release(_kernel, _logger);
            throw;
        }

        range.Release(_kernel, _logger);
        throw new HypercallException("privcmd MMAP_RESOURCE", result.Errno, domain);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public long GetResourceSize(DomainId domain, uint type, uint id)
    {
        ThrowIfDisposed();
        var resource = new privcmd_mmap_resource { dom = domain.Value, type = type, id = id };

        // SAFETY: the kernel reads and writes the structure; without address and number it asks for the size.
        var result = _kernel.Ioctl(_privcmd, XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE, &resource);
        var errno = result.IsSuccess ? ErrnoInSize(resource.num) : result.Errno;

        // Releases that refuse a type they do not have with EINVAL say the same as those that leak EOPNOTSUPP.
        if (errno == XenAbi.XEN_EINVAL && type > XenAbi.XENMEM_resource_vmtrace_buf)
            errno = XenAbi.XEN_EOPNOTSUPP;
        return errno == 0
            ? (long)resource.num
            : throw new HypercallException("privcmd MMAP_RESOURCE (size)", errno, domain);
    }

    // Xen 4.17 answers the size of a resource that it does not have with success, and a negative errno for the size.
    private static int ErrnoInSize(ulong size)
    {
        var number = unchecked((int)(uint)size);
        if (size <= int.MaxValue)
            return 0;
        return size <= uint.MaxValue && number >= -MaximumErrno ? -number : XenAbi.XEN_EOVERFLOW;
    }
}

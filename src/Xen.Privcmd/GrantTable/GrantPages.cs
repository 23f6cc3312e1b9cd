using System;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>What mapping granted pages and mapping pages of ours that are granted have in common.</summary>
internal static class GrantPages
{
    /// <summary>How often the kernel is asked again when it says "not now", with a pause before each time.</summary>
    internal const int BusyAttempts = 1000;

    internal static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(1);

    /// <summary>The drivers give each page a host page of its own: on larger ones several would not be contiguous.</summary>
    internal static void CheckContiguous(IKernel kernel, string operation, DomainId? domain, int pages)
    {
        if (pages > 1 && !kernel.HasXenPages())
        {
            throw new HypercallException(
                operation, XenAbi.XEN_EOPNOTSUPP, domain, "this kernel's pages are larger than Xen's: one at a time");
        }
    }

    /// <summary>Maps what a driver has prepared; again for a while if a page is away for the moment.</summary>
    internal static HypercallResult Map(
        IKernel kernel, SafeHandle device, ulong index, int pages, ForeignAccess access, out nint address)
    {
        for (var attempt = 0; ; attempt++)
        {
            var result = kernel.Map(
                0, kernel.Length((ulong)pages), MapBatch.Protection(access), Libc.MAP_SHARED, device, index, out address);
            if (result.Errno != XenAbi.XEN_EAGAIN || attempt == BusyAttempts)
                return result;
            kernel.Pause(BusyPause);
        }
    }

    /// <summary>Unmaps the pages.</summary>
    /// <returns>False if the kernel refused, which is logged: they stay mapped.</returns>
    internal static bool Unmap(IKernel kernel, ILogger logger, nint address, int pages) =>
        kernel.TryUnmap(logger, address, kernel.Length((ulong)pages));
}

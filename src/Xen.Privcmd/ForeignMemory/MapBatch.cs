using System;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Telemetry;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>The MMAPBATCH_V2 ioctl, with every page's answer looked at and paged-out pages asked for again.</summary>
internal readonly unsafe struct MapBatch(IKernel kernel, SafeHandle privcmd, DomainId domain, ILogger logger)
{
    /// <summary>How often paged-out pages are asked for again, with a pause before each time.</summary>
    internal const int PagedOutAttempts = 1000;

    private static readonly TimeSpan s_pagedOutPause = TimeSpan.FromMilliseconds(1);

    internal static int Protection(ForeignAccess access) =>
        access == ForeignAccess.ReadWrite ? Libc.PROT_READ | Libc.PROT_WRITE : Libc.PROT_READ;

    /// <summary>Populates consecutive pages of a privcmd mapping.</summary>
    /// <param name="address">Where the first page goes.</param>
    /// <param name="frames">The frames, one per page.</param>
    /// <param name="errors">Filled with 0 or a positive errno per page.</param>
    /// <returns>A failure only if the request as a whole was refused; the errors are then not meaningful.</returns>
    internal HypercallResult Populate(byte* address, ReadOnlySpan<ulong> frames, Span<int> errors)
    {
        var result = Issue(address, frames, errors);

        // ENOENT as the result of the whole says that some pages are paged out. A larger host page holds several frames
        // and is filled once: there is nothing to be asked for again (and its hypervisors do not page).
        if (result.Errno == XenAbi.XEN_ENOENT && kernel.HasXenPages())
            result = AwaitPagedOut(address, frames, errors);
        if (!result.IsSuccess && result.Errno != XenAbi.XEN_ENOENT)
            return result;

        foreach (ref var error in errors)
            error = error < 0 ? -error : error;
        return default;
    }

    // Xen fetches a page when it is asked for: those are asked for again until they are there or patience ends.
    private HypercallResult AwaitPagedOut(byte* address, ReadOnlySpan<ulong> frames, Span<int> errors)
    {
        logger.PagedOut(domain, errors.Count(-XenAbi.XEN_ENOENT));
        var result = HypercallResult.Failure(XenAbi.XEN_ENOENT);
        for (var attempt = 0; result.Errno == XenAbi.XEN_ENOENT && attempt < PagedOutAttempts; attempt++)
        {
            kernel.Pause(s_pagedOutPause);
            result = RetryPagedOut(address, frames, errors);
        }

        if (result.Errno == XenAbi.XEN_ENOENT)
            logger.StillPagedOut(domain, errors.Count(-XenAbi.XEN_ENOENT), PagedOutAttempts);
        return result;
    }

    private HypercallResult RetryPagedOut(byte* address, ReadOnlySpan<ulong> frames, Span<int> errors)
    {
        HypercallResult outcome = default;
        for (var start = 0; start < frames.Length; start++)
        {
            if (errors[start] != -XenAbi.XEN_ENOENT)
                continue;

            var end = start + 1;
            while (end < frames.Length && errors[end] == -XenAbi.XEN_ENOENT)
                end++;

            // SAFETY: start is one of the frames, so the sum stays within the pages that the caller reserved for them.
            var result = Issue(address + ((nuint)start * XenPage.Size), frames[start..end], errors[start..end]);
            if (!result.IsSuccess)
                outcome = result;
            if (!result.IsSuccess && result.Errno != XenAbi.XEN_ENOENT)
                return result;
            start = end;
        }

        return outcome;
    }

    private HypercallResult Issue(byte* address, ReadOnlySpan<ulong> frames, Span<int> errors)
    {
        // SAFETY: both arrays stay pinned for the call and are as long as the request says, and so are the pages that
        // the caller has reserved at the address.
        fixed (ulong* frame = frames)
        fixed (int* error = errors)
        {
            var batch = new privcmd_mmapbatch_v2
            {
                num = (uint)frames.Length,
                dom = domain.Value,
                addr = (ulong)address,
                arr = frame,
                err = error,
            };
            return kernel.Ioctl(privcmd, XenAbi.IOCTL_PRIVCMD_MMAPBATCH_V2, &batch);
        }
    }
}

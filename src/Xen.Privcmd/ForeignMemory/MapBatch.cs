using System;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using Xen.Privcmd.Native;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>The MMAPBATCH_V2 ioctl, with every page's answer looked at and paged-out pages asked for again.</summary>
internal readonly unsafe struct MapBatch(SafeFileHandle privcmd, DomainId domain)
{
    private const int PagedOutAttempts = 1000;
    private static readonly TimeSpan PagedOutPause = TimeSpan.FromMilliseconds(1);

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

        // ENOENT as the result of the whole says that some pages are paged out: those are asked for again, until
        // Xen has fetched them or patience ends.
        for (var attempt = 0; result.Errno == XenAbi.XEN_ENOENT && attempt < PagedOutAttempts; attempt++)
        {
            Thread.Sleep(PagedOutPause);
            result = RetryPagedOut(address, frames, errors);
        }

        if (!result.IsSuccess && result.Errno != XenAbi.XEN_ENOENT)
            return result;

        foreach (ref var error in errors)
            error = Math.Abs(error);
        return default;
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
            return Syscall.Ioctl(privcmd, XenAbi.IOCTL_PRIVCMD_MMAPBATCH_V2, &batch);
        }
    }
}

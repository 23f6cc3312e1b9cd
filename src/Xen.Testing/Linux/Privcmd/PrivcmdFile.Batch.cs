using System;
using System.Buffers;
using Xen.Sys;

namespace Xen.Testing.Linux.Privcmd;

/// <content>MMAPBATCH_V2: pages of a domain.</content>
// SAFETY: as the other part of this class says.
internal sealed unsafe partial class PrivcmdFile
{
    private HypercallResult MapBatch(void* argument)
    {
        if (!UserMemory.TryRead(argument, out privcmd_mmapbatch_v2 batch))
            return Failure(XenAbi.XEN_EFAULT);
        if (IsForbidden(batch.dom))
            return Failure(XenAbi.XEN_EPERM);
        if (batch.num == 0 || batch.num > int.MaxValue / sizeof(ulong))
            return Failure(XenAbi.XEN_EINVAL);

        var count = (int)batch.num;

        // No area has more pages than that: the list is not looked at.
        if (Linux.AreaAt(batch.addr) is not ForeignArea area || area.PageCount < count)
            return Failure(XenAbi.XEN_EINVAL);
        var numbers = ArrayPool<ulong>.Shared.Rent(count);
        var errors = ArrayPool<int>.Shared.Rent(count);
        try
        {
            // SAFETY: both arrays are at least as long as the list, and pinned until all is copied.
            fixed (ulong* gfns = numbers)
            fixed (int* results = errors)
            {
                if (!UserMemory.TryRead(batch.arr, gfns, (nuint)count * sizeof(ulong)))
                    return Failure(XenAbi.XEN_EFAULT);
                var result = MapBatch(batch, numbers.AsSpan(0, count), errors.AsSpan(0, count));
                if (!result.IsSuccess && result.Errno != XenAbi.XEN_ENOENT)
                    return result;
                return UserMemory.TryWrite(batch.err, results, (nuint)count * sizeof(int))
                    ? result
                    : Failure(XenAbi.XEN_EFAULT);
            }
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(numbers);
            ArrayPool<int>.Shared.Return(errors);
        }
    }

    private HypercallResult MapBatch(in privcmd_mmapbatch_v2 batch, Span<ulong> gfns, Span<int> errors)
    {
        lock (Linux.Gate)
        {
            if (!TryFind(batch.addr, gfns.Length, out var area, out var page))
                return Failure(XenAbi.XEN_EINVAL);
            var isWhole = page == 0 && gfns.Length == area.PageCount;
            if (area.IsPopulated ? !area.IsHole(page, gfns.Length) : !isWhole)
                return Failure(XenAbi.XEN_EINVAL);
            area.IsPopulated = true;
            area.Note(new DomainId(batch.dom));
            Take(area, page, new DomainId(batch.dom), gfns, errors);
            if (!TryShow(area, page, gfns.Length))
                return Failure(XenAbi.XEN_ENOMEM);
        }

        return errors.Contains(-XenAbi.XEN_ENOENT) ? Failure(XenAbi.XEN_ENOENT) : default;
    }

    // A page that cannot be had is an error of its own. So is a domain that is not there: of each page.
    private void Take(ForeignArea area, int page, DomainId id, ReadOnlySpan<ulong> gfns, Span<int> errors)
    {
        var refusal = Linux.Xen.FindForMapping(Linux.Caller, id, out var domain);
        for (var i = 0; i < gfns.Length; i++)
        {
            var frame = 0;
            var error = domain is null ? refusal : domain.TryMap(gfns[i], out frame);
            errors[i] = -error;
            if (error == 0)
                area.Take(page + i, domain!, frame);
        }
    }

    private static bool TryShow(ForeignArea area, int page, int count)
    {
        try
        {
            area.Show(page, count);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private bool TryFind(
        ulong address,
        int pages,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ForeignArea? area,
        out int page)
    {
        area = Linux.Memory.Find((nuint)address) as ForeignArea;
        page = 0;
        if (area is null || address < area.Start || address % XenPage.Size != 0)
            return false;
        page = (int)(((nuint)address - area.Start) >> XenPage.Shift);
        return pages <= area.PageCount - page;
    }
}

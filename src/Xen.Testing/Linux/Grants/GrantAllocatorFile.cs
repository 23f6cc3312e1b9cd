using System;
using System.Collections.Generic;
using Xen.Sys;

namespace Xen.Testing.Linux.Grants;

/// <summary><c>/dev/xen/gntalloc</c>: pages of this domain that others may map.</summary>
// SAFETY: the process's addresses are only computed here; what is there is copied by the host's kernel, or refused.
internal sealed unsafe class GrantAllocatorFile(SimulatedLinux linux, string path) : SimulatedFile(linux, path)
{
    // In the order of their offsets, under the kernel's gate.
    private readonly List<SharedPage> _pages = [];
    private ulong _nextOffset;

    internal override HypercallResult Ioctl(ulong request, void* argument) => request switch
    {
        XenAbi.IOCTL_GNTALLOC_ALLOC_GREF => Allocate(argument),
        XenAbi.IOCTL_GNTALLOC_DEALLOC_GREF => Release(argument),
        XenAbi.IOCTL_GNTALLOC_SET_UNMAP_NOTIFY => SetNotice(argument),
        _ => Failure(KernelErrno.NotATerminal),
    };

    internal override HypercallResult Map(in MapRequest request, out VirtualArea? area)
    {
        area = null;
        if (!request.IsShared)
            return Failure(XenAbi.XEN_EINVAL);
        if (Find(request.Offset, (uint)request.Pages) is not { } pages)
            return Failure(XenAbi.XEN_ENOENT);
        foreach (var page in pages)
            page.Users++;
        area = new SharedArea(Linux, pages, request.Protection);
        return default;
    }

    internal override void Close()
    {
        lock (Linux.Gate)
        {
            foreach (var page in _pages)
                page.Users--;
            _pages.Clear();
            Linux.SharedPages.FreeUnused();
        }
    }

    private static HypercallResult Failure(int errno) => HypercallResult.Failure(errno);

    private SharedPage[]? Find(ulong offset, uint count)
    {
        var first = _pages.FindIndex(page => page.Offset == offset);
        if (first < 0 || count == 0 || count > (uint)(_pages.Count - first))
            return null;
        var found = _pages.GetRange(first, (int)count);
        return found[^1].Offset - offset == (ulong)(count - 1) << XenPage.Shift ? [.. found] : null;
    }

    private HypercallResult Allocate(void* argument)
    {
        if (!UserMemory.TryRead(argument, out ioctl_gntalloc_alloc_gref request))
            return Failure(XenAbi.XEN_EFAULT);
        var user = (ioctl_gntalloc_alloc_gref*)argument;
        lock (Linux.Gate)
        {
            Linux.SharedPages.FreeUnused();
            if (!Linux.SharedPages.HasRoomFor(request.count))
                return Failure(XenAbi.XEN_ENOSPC);

            var isWritable = (request.flags & XenAbi.GNTALLOC_FLAG_WRITABLE) != 0;
            var pages = new SharedPage[request.count];
            for (var i = 0; i < pages.Length; i++)
            {
                var offset = _nextOffset + ((ulong)i << XenPage.Shift);
                if (Linux.SharedPages.TryShare(offset, new DomainId(request.domid), isWritable) is not { } page)
                    return GiveUp(pages.AsSpan(0, i), XenAbi.XEN_ENOMEM);
                pages[i] = page;
            }

            var references = (uint*)&user->gref_ids;
            for (var i = 0; i < pages.Length; i++)
            {
                if (!UserMemory.TryWrite(references + i, pages[i].Reference))
                    return GiveUp(pages, XenAbi.XEN_EFAULT);
            }

            if (!UserMemory.TryWrite(&user->index, _nextOffset))
                return GiveUp(pages, XenAbi.XEN_EFAULT);
            _nextOffset += (ulong)request.count << XenPage.Shift;
            _pages.AddRange(pages);
            return default;
        }
    }

    private HypercallResult GiveUp(ReadOnlySpan<SharedPage> pages, int errno)
    {
        foreach (var page in pages)
            page.Users--;
        Linux.SharedPages.FreeUnused();
        return Failure(errno);
    }

    private HypercallResult Release(void* argument)
    {
        if (!UserMemory.TryRead(argument, out ioctl_gntalloc_dealloc_gref request))
            return Failure(XenAbi.XEN_EFAULT);
        lock (Linux.Gate)
        {
            if (Find(request.index, request.count) is not { } pages)
                return Failure(XenAbi.XEN_EINVAL);
            foreach (var page in pages)
            {
                _pages.Remove(page);
                page.Users--;
            }

            Linux.SharedPages.FreeUnused();
            return default;
        }
    }

    private HypercallResult SetNotice(void* argument)
    {
        if (!UserMemory.TryRead(argument, out ioctl_gntalloc_unmap_notify request))
            return Failure(XenAbi.XEN_EFAULT);
        lock (Linux.Gate)
        {
            var offset = request.index % XenPage.Size;
            if (Find(request.index - offset, 1) is not [var page])
                return Failure(XenAbi.XEN_ENOENT);
            var notice = new UnmapNotice(request.action, offset, request.event_channel_port);
            if (!notice.IsValid(Linux))
                return Failure(XenAbi.XEN_EINVAL);
            page.Notice = notice;
            return default;
        }
    }
}

using System.Collections.Generic;
using Xen.Sys;

namespace Xen.Testing.Linux.Grants;

/// <summary><c>/dev/xen/gntdev</c>: pages that other domains grant.</summary>
// SAFETY: the process's addresses are only computed here; what is there is copied by the host's kernel, or refused.
internal sealed unsafe partial class GrantDeviceFile(SimulatedLinux linux, string path) : SimulatedFile(linux, path)
{
    private const uint MaximumGrants = 64 * 1024;

    // By index, under the kernel's gate.
    private readonly List<GrantMap> _maps = [];

    internal override HypercallResult Ioctl(ulong request, void* argument) => request switch
    {
        XenAbi.IOCTL_GNTDEV_MAP_GRANT_REF => MapGrants(argument),
        XenAbi.IOCTL_GNTDEV_UNMAP_GRANT_REF => UnmapGrants(argument),
        XenAbi.IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR => TellOffset(argument),
        XenAbi.IOCTL_GNTDEV_SET_UNMAP_NOTIFY => SetNotice(argument),
        XenAbi.IOCTL_GNTDEV_GRANT_COPY => Copy(argument),
        _ => Failure(KernelErrno.NotATerminal),
    };

    internal override HypercallResult Map(in MapRequest request, out VirtualArea? area)
    {
        area = null;
        if (request.IsWritable && !request.IsShared)
            return Failure(XenAbi.XEN_EINVAL);
        if (Find(request.Offset >> XenPage.Shift, request.Pages) is not { IsMapped: false } map)
            return Failure(XenAbi.XEN_EINVAL);
        return GrantArea.TryCreate(Linux, map, request.Protection, !request.IsWritable, out area);
    }

    internal override void Close()
    {
        lock (Linux.Gate)
        {
            foreach (var map in _maps)
                map.Release();
            _maps.Clear();
        }
    }

    private static HypercallResult Failure(int errno) => HypercallResult.Failure(errno);

    private GrantMap? Find(ulong index, int count) =>
        _maps.Find(map => map.Index == index && map.Grants.Length == count);

    // References are looked at when they are mapped.
    private HypercallResult MapGrants(void* argument)
    {
        if (!UserMemory.TryRead(argument, out ioctl_gntdev_map_grant_ref request))
            return Failure(XenAbi.XEN_EFAULT);
        if (request.count is 0 or > MaximumGrants)
            return Failure(XenAbi.XEN_EINVAL);

        var user = (ioctl_gntdev_map_grant_ref*)argument;
        var grants = new ioctl_gntdev_grant_ref[request.count];

        // SAFETY: the array is as long as what is read.
        fixed (ioctl_gntdev_grant_ref* list = grants)
        {
            if (!UserMemory.TryRead(&user->refs, list, (nuint)grants.Length * (nuint)sizeof(ioctl_gntdev_grant_ref)))
                return Failure(XenAbi.XEN_EFAULT);
        }

        ulong index;
        lock (Linux.Gate)
            index = Insert(grants);
        return UserMemory.TryWrite(&user->index, index << XenPage.Shift) ? default : Failure(XenAbi.XEN_EFAULT);
    }

    // The first gap that is wide enough.
    private ulong Insert(ioctl_gntdev_grant_ref[] grants)
    {
        var (index, place) = (0UL, 0);
        while (place < _maps.Count && index + (ulong)grants.Length > _maps[place].Index)
            index = _maps[place++].End;
        _maps.Insert(place, new GrantMap(Linux, index, grants));
        return index;
    }

    // What is mapped stays so.
    private HypercallResult UnmapGrants(void* argument)
    {
        if (!UserMemory.TryRead(argument, out ioctl_gntdev_unmap_grant_ref request))
            return Failure(XenAbi.XEN_EFAULT);
        lock (Linux.Gate)
        {
            if (request.count > MaximumGrants || Find(request.index >> XenPage.Shift, (int)request.count) is not { } map)
                return Failure(XenAbi.XEN_ENOENT);
            _maps.Remove(map);
            map.Release();
            return default;
        }
    }

    private HypercallResult TellOffset(void* argument)
    {
        if (!UserMemory.TryRead(argument, out ioctl_gntdev_get_offset_for_vaddr request))
            return Failure(XenAbi.XEN_EFAULT);
        if (Linux.AreaAt(request.vaddr) is not GrantArea area || area.Start > request.vaddr)
            return Failure(XenAbi.XEN_EINVAL);
        request.offset = area.Index << XenPage.Shift;
        request.count = (uint)(area.Length >> XenPage.Shift);
        return UserMemory.TryWrite(argument, request) ? default : Failure(XenAbi.XEN_EFAULT);
    }

    private HypercallResult SetNotice(void* argument)
    {
        if (!UserMemory.TryRead(argument, out ioctl_gntdev_unmap_notify request))
            return Failure(XenAbi.XEN_EFAULT);
        lock (Linux.Gate)
        {
            var notice = new UnmapNotice(request.action, request.index, request.event_channel_port);
            if (!notice.IsValid(Linux))
                return Failure(XenAbi.XEN_EINVAL);
            var page = request.index >> XenPage.Shift;
            if (_maps.Find(map => map.Index <= page && page < map.End) is not { } found)
                return Failure(XenAbi.XEN_ENOENT);
            if (notice.ClearsByte && found.IsReadOnly)
                return Failure(XenAbi.XEN_EINVAL);
            found.Notice = notice with { Offset = request.index - (found.Index << XenPage.Shift) };
            return default;
        }
    }
}

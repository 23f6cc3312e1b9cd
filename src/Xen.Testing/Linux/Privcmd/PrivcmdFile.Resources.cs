using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Linux.Privcmd;

/// <content>MMAP_RESOURCE: pages that Xen keeps for a domain.</content>
// SAFETY: as the other part of this class says.
internal sealed unsafe partial class PrivcmdFile
{
    private HypercallResult MapResource(void* argument)
    {
        if (!UserMemory.TryRead(argument, out privcmd_mmap_resource resource))
            return Failure(XenAbi.XEN_EFAULT);
        if (IsForbidden(resource.dom))
            return Failure(XenAbi.XEN_EPERM);
        if ((resource.addr == 0) != (resource.num == 0))
            return Failure(XenAbi.XEN_EINVAL);
        if (resource.num == 0)
            return AskSize((privcmd_mmap_resource*)argument, resource);

        lock (Linux.Gate)
        {
            if (resource.num > int.MaxValue
                || !TryFind(resource.addr, (int)resource.num, out var area, out var page))
                return Failure(XenAbi.XEN_EINVAL);
            var result = Linux.Xen.Find(new DomainId(resource.dom)) is { } owner
                ? Take(resource, area, page, owner)
                : Acquire(resource, null, out _);
            if (!result.IsSuccess)
                return result;
            return TryShow(area, page, (int)resource.num) ? default : Failure(XenAbi.XEN_ENOMEM);
        }
    }

    private HypercallResult AskSize(privcmd_mmap_resource* argument, in privcmd_mmap_resource resource)
    {
        var result = Acquire(resource, null, out var size);
        if (!result.IsSuccess)
            return result;
        return UserMemory.TryWrite(&argument->num, (ulong)size) ? default : Failure(XenAbi.XEN_EFAULT);
    }

    private HypercallResult Acquire(in privcmd_mmap_resource resource, ulong* frames, out uint size)
    {
        var acquire = new xen_mem_acquire_resource
        {
            domid = resource.dom,
            type = (ushort)resource.type,
            id = resource.id,
            frame = resource.idx,
            nr_frames = (uint)resource.num,
        };
        acquire.frame_list = new(frames);
        var result = Linux.Xen.Call(
            Linux.Caller,
            XenAbi.__HYPERVISOR_memory_op,
            XenAbi.XENMEM_acquire_resource,
            (ulong)(&acquire),
            0,
            0,
            0);
        size = acquire.nr_frames;
        return result;
    }

    private HypercallResult Take(in privcmd_mmap_resource resource, ForeignArea area, int page, SimulatedDomain owner)
    {
        var frames = new ulong[resource.num];
        lock (Linux.Xen.GrantGate)
        lock (owner.Gate)
        {
            // SAFETY: the list is as long as the number of frames that is asked for.
            fixed (ulong* list = frames)
            {
                var result = Acquire(resource, list, out _);
                if (!result.IsSuccess)
                    return result;
            }

            // What was there is replaced. The pages are the domain's until they are counted as mapped.
            area.Hide(page, frames.Length);
            area.Note(owner.Id);
            for (var i = 0; i < frames.Length; i++)
            {
                owner.Mapped((int)frames[i]);
                area.Take(page + i, owner, (int)frames[i]);
            }
        }

        return default;
    }
}

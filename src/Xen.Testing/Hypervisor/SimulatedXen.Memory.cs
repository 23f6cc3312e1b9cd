using System;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>memory_op: what tools ask, and memory that comes and goes. What is not here answers ENOSYS.</content>
// SAFETY: an argument points to the structure of the operation until the call returns, and lists are as long as it says:
// the caller of the real Xen has to see to the same.
public sealed unsafe partial class SimulatedXen
{
    private HypercallResult Memory(Caller caller, ulong command, void* argument) => command switch
    {
        XenAbi.XENMEM_maximum_gpfn => Ask(caller, argument, (long)Domain0Pages - 1, static domain => (long)domain.HighestFrame),
        XenAbi.XENMEM_current_reservation => Ask(caller, argument, (long)Domain0Pages, static domain => domain.Reservation),
        XenAbi.XENMEM_maximum_reservation => Ask(caller, argument, uint.MaxValue, static domain => (long)domain.MaximumPages),
        XenAbi.XENMEM_maximum_ram_page => new HypercallResult(MachineMemory.FrameCount - 1),
        XenAbi.XENMEM_populate_physmap => Reserve(
            (xen_memory_reservation*)argument, static (domain, frame) => domain.TryPopulate(frame)),
        XenAbi.XENMEM_decrease_reservation => Reserve(
            (xen_memory_reservation*)argument, static (domain, frame) => domain.TryRelease(frame)),
        XenAbi.XENMEM_get_pod_target => Pod((xen_pod_target*)argument),
        XenAbi.XENMEM_acquire_resource => Acquire((xen_mem_acquire_resource*)argument),
        _ => HypercallResult.Failure(XenAbi.XEN_ENOSYS),
    };

    private HypercallResult Ask(Caller caller, void* argument, long ofControl, Func<SimulatedDomain, long> answer)
    {
        var id = Named(caller, *(ushort*)argument);
        if (id == Control)
            return new HypercallResult(ofControl);
        return Find(id) is { } domain
            ? new HypercallResult(answer(domain))
            : HypercallResult.Failure(XenAbi.XEN_ESRCH);
    }

    // As the real one does: no such domain, and an order that is too large, are no extents done.
    private HypercallResult Reserve(xen_memory_reservation* reservation, Func<SimulatedDomain, ulong, bool> change)
    {
        if (Find(new DomainId(reservation->domid)) is not { } domain || reservation->extent_order != 0)
            return default;

        var done = 0UL;
        var extents = (ulong*)reservation->extent_start.Pointer;
        while (done < reservation->nr_extents && change(domain, extents[done]))
            done++;
        return new HypercallResult((long)done);
    }

    private HypercallResult Pod(xen_pod_target* pod)
    {
        if (pod->domid == 0)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (Find(new DomainId(pod->domid)) is not { } domain)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        pod->tot_pages = (ulong)domain.Reservation;
        pod->pod_cache_pages = 0;
        pod->pod_entries = 0;
        return default;
    }

    private HypercallResult Acquire(xen_mem_acquire_resource* acquire)
    {
        if (acquire->domid == 0)
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        if (Find(new DomainId(acquire->domid)) is not { } domain)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);

        var size = ResourceSize(domain, (ResourceType)acquire->type, acquire->id);
        if (acquire->nr_frames == 0)
        {
            // As the real one does: the size is where an unknown type shows, as a negative error number.
            acquire->nr_frames = (uint)size;
            return size == -XenAbi.XEN_EINVAL ? new HypercallResult(size) : default;
        }

        if (size < 0)
            return new HypercallResult(size);
        lock (domain.Gate)
            return AcquireFrames(domain, acquire, (ulong)size);
    }

    private static HypercallResult AcquireFrames(SimulatedDomain domain, xen_mem_acquire_resource* acquire, ulong size)
    {
        // The grant table has no pages yet.
        if (acquire->type != (ushort)ResourceType.IoreqServer)
            return HypercallResult.Failure(XenAbi.XEN_EOPNOTSUPP);
        if (domain.FindServer((ushort)acquire->id) is not { } server || (acquire->frame == 0 && !server.IsBuffered))
            return HypercallResult.Failure(XenAbi.XEN_ENOENT);
        if (acquire->frame > size || acquire->nr_frames > size - acquire->frame)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        var frames = (ulong*)acquire->frame_list.Pointer;
        for (var i = 0u; i < acquire->nr_frames; i++)
            frames[i] = (ulong)server.FrameAt(acquire->frame + i);
        return default;
    }

    // The pages that an IOREQ server of this domain would have, whether or not it exists, as in the real one.
    private static int ResourceSize(SimulatedDomain domain, ResourceType type, uint id) => type switch
    {
        ResourceType.IoreqServer => 1 + SimulatedIoreqServer.CountPages(domain.Vcpus.Count),
        ResourceType.GrantTable when id <= XenAbi.XENMEM_resource_grant_table_id_status => (int)MaximumGrantFrames,
        ResourceType.GrantTable or ResourceType.VmTraceBuffer => -XenAbi.XEN_EINVAL,
        _ => -XenAbi.XEN_EOPNOTSUPP,
    };
}

using System;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>memory_op: what tools ask, and memory that comes and goes. What is not here answers ENOSYS.</content>
// SAFETY: there is memory for the structure of the operation at the argument, and lists are as long as it says: the caller
// of the real Xen has to see to the same.
public sealed unsafe partial class SimulatedXen
{
    // As for a control domain without devices of its own.
    private const uint MaximumOrder = 12;

    private HypercallResult Memory(Caller caller, ulong command, void* argument) => command switch
    {
        XenAbi.XENMEM_maximum_gpfn => Ask(caller, argument, (long)Domain0Pages - 1, static domain => (long)domain.HighestFrame),
        XenAbi.XENMEM_current_reservation => Ask(caller, argument, (long)Domain0Pages, static domain => domain.Reservation),
        XenAbi.XENMEM_maximum_reservation => Ask(caller, argument, uint.MaxValue, static domain => (long)domain.MaximumPages),
        XenAbi.XENMEM_maximum_ram_page => new HypercallResult(MachineMemory.FrameCount - 1),
        XenAbi.XENMEM_populate_physmap => Reserve(
            caller, (xen_memory_reservation*)argument, static (domain, first, count) => domain.TryPopulate(first, count)),
        XenAbi.XENMEM_decrease_reservation => Reserve(
            caller, (xen_memory_reservation*)argument, static (domain, first, count) => domain.TryRelease(first, count)),
        XenAbi.XENMEM_add_to_physmap => Place(caller, (xen_add_to_physmap*)argument),
        XenAbi.XENMEM_get_pod_target => Pod(caller, (xen_pod_target*)argument),
        XenAbi.XENMEM_acquire_resource => Acquire(caller, (xen_mem_acquire_resource*)argument),
        _ => HypercallResult.Failure(XenAbi.XEN_ENOSYS),
    };

    private HypercallResult Ask(Caller caller, void* argument, long ofControl, Func<SimulatedDomain, long> answer)
    {
        var id = Named(caller, *(ushort*)argument);
        if (!Exists(id))
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        if (!MayManage(caller, id))
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        if (id == Control)
            return new HypercallResult(ofControl);
        return Find(id) is { } domain
            ? new HypercallResult(answer(domain))
            : HypercallResult.Failure(XenAbi.XEN_ESRCH);
    }

    // As the real one does: no such domain, and an order that is too large, are no extents done.
    private HypercallResult Reserve(
        Caller caller, xen_memory_reservation* reservation, Func<SimulatedDomain, ulong, int, bool> change)
    {
        var id = Named(caller, reservation->domid);
        if (!Exists(id))
            return default;
        if (!MayManage(caller, id))
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        if (Find(id) is not { } domain || reservation->extent_order > MaximumOrder)
            return default;

        var done = 0UL;
        var extents = (ulong*)reservation->extent_start.Pointer;
        while (done < reservation->nr_extents && change(domain, extents[done], 1 << (int)reservation->extent_order))
            done++;
        return new HypercallResult((long)done);
    }

    private HypercallResult Place(Caller caller, xen_add_to_physmap* place)
    {
        var id = Named(caller, place->domid);
        if (!Exists(id))
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        if (!MayManage(caller, id))
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        if (Find(id) is not { IsHvm: true } domain)
            return HypercallResult.Failure(XenAbi.XEN_EACCES);
        switch ((PhysmapSpace)place->space)
        {
            case PhysmapSpace.GuestFrame:
                return domain.TryMove(place->idx, place->gpfn) ? default : Invalid;
            case PhysmapSpace.GrantTable:
                return PlaceGrantTable(domain, place->idx, place->gpfn);
            default:
                return HypercallResult.Failure(XenAbi.XEN_ENOSYS);
        }
    }

    private HypercallResult PlaceGrantTable(SimulatedDomain domain, ulong index, ulong gfn)
    {
        lock (GrantGate)
        {
            if (index >= domain.Grants.MaximumFrames || !domain.Grants.TryGrow((uint)index + 1))
                return Invalid;
            return domain.TryShow(gfn, domain.Grants.Frames[(int)index]) ? default : Invalid;
        }
    }

    private HypercallResult Pod(Caller caller, xen_pod_target* pod)
    {
        var id = Named(caller, pod->domid);
        if (!Exists(id))
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        if (!caller.IsPrivileged)
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        if (Find(id) is not { IsHvm: true } domain)
            return Invalid;
        pod->tot_pages = (ulong)domain.Reservation;
        pod->pod_cache_pages = 0;
        pod->pod_entries = 0;
        return default;
    }

    private HypercallResult Acquire(Caller caller, xen_mem_acquire_resource* acquire)
    {
        var id = new DomainId(acquire->domid);
        if (id == caller.Domain)
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        if (Find(id) is not { } domain)
            return HypercallResult.Failure(id == Control ? XenAbi.XEN_EPERM : XenAbi.XEN_ESRCH);
        if (!MayServe(caller, domain))
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        if (acquire->pad != 0)
            return Invalid;

        var size = ResourceSize(domain, (ResourceType)acquire->type, acquire->id);
        if (acquire->nr_frames == 0)
            return TellSize(acquire, size);
        if (size < 0)
            return Release.RefusesUnknownResources ? Invalid : new HypercallResult(size);
        lock (GrantGate)
        {
            lock (domain.Gate)
                return AcquireFrames(domain, acquire, (ulong)size);
        }
    }

    // Some releases let an unknown type show in the size, as a negative error number.
    private HypercallResult TellSize(xen_mem_acquire_resource* acquire, int size)
    {
        if (size == -XenAbi.XEN_EOPNOTSUPP && Release.RefusesUnknownResources)
            return Invalid;
        acquire->nr_frames = (uint)size;
        return size == -XenAbi.XEN_EINVAL ? new HypercallResult(size) : default;
    }

    private static HypercallResult AcquireFrames(SimulatedDomain domain, xen_mem_acquire_resource* acquire, ulong size)
    {
        var isServer = acquire->type == (ushort)ResourceType.IoreqServer;
        var server = isServer && acquire->id <= ushort.MaxValue ? domain.FindServer((ushort)acquire->id) : null;
        if (isServer)
        {
            if (!domain.IsHvm)
                return Invalid;
            if (server is null || (acquire->frame == 0 && !server.IsBuffered))
                return HypercallResult.Failure(XenAbi.XEN_ENOENT);
        }

        if (acquire->frame > size || acquire->nr_frames > size - acquire->frame)
            return Invalid;
        var isTable = acquire->type == (ushort)ResourceType.GrantTable;
        if (isTable && acquire->id != XenAbi.XENMEM_resource_grant_table_id_shared)
            return Invalid;
        if (isTable && !domain.Grants.TryGrow((uint)(acquire->frame + acquire->nr_frames)))
            return Invalid;

        var frames = (ulong*)acquire->frame_list.Pointer;
        for (var i = 0u; i < acquire->nr_frames; i++)
            frames[i] = (ulong)(isTable ? domain.Grants.Frames[(int)(acquire->frame + i)] : server!.FrameAt(acquire->frame + i));
        server?.TakeAsResource();
        return default;
    }

    // The pages that an IOREQ server of this domain would have, whether or not it exists, as in the real one.
    private static int ResourceSize(SimulatedDomain domain, ResourceType type, uint id) => type switch
    {
        ResourceType.IoreqServer => 1 + SimulatedIoreqServer.CountPages(domain.MaximumVcpus),
        ResourceType.GrantTable when id <= XenAbi.XENMEM_resource_grant_table_id_status => (int)domain.Grants.MaximumFrames,
        ResourceType.GrantTable or ResourceType.VmTraceBuffer => -XenAbi.XEN_EINVAL,
        _ => -XenAbi.XEN_EOPNOTSUPP,
    };
}

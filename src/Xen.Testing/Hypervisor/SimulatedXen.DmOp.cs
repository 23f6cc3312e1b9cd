using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>Device model operations.</content>
public sealed unsafe partial class SimulatedXen
{
    private const int MaximumIoreqServers = 8;

    /// <inheritdoc/>
    public HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count) =>
        DeviceModelOp(Caller.Control, domain, buffers, count);

    /// <summary>A device model operation of a domain's.</summary>
    internal HypercallResult DeviceModelOp(Caller caller, DomainId domain, xen_dm_op_buf* buffers, uint count)
    {
        if (count == 0)
            return default;
        if (domain == caller.Domain)
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        if (Find(domain) is not { } target)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        if (count > 2)
            return HypercallResult.Failure(XenAbi.XEN_E2BIG);

        // SAFETY: the caller passes this many descriptors, and there is at least one.
        if (buffers[0].size < (ulong)sizeof(xen_dm_op))
            return HypercallResult.Failure(XenAbi.XEN_EFAULT);

        // SAFETY: the buffer is at least as large as the structure, and the caller's until the call returns.
        ref var op = ref *(xen_dm_op*)buffers[0].h.Pointer;
        if (op.pad != 0)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        lock (target.Gate)
            return Carry(target, ref op);
    }

    private static HypercallResult Carry(SimulatedDomain domain, ref xen_dm_op op)
    {
        switch (op.op)
        {
            case XenAbi.XEN_DMOP_nr_vcpus:
                op.u.nr_vcpus.vcpus = (uint)domain.Vcpus.Count;
                return default;
            case XenAbi.XEN_DMOP_create_ioreq_server:
                return Create(domain, ref op.u.create_ioreq_server);
            case XenAbi.XEN_DMOP_get_ioreq_server_info:
                return Describe(domain, ref op.u.get_ioreq_server_info);
            case XenAbi.XEN_DMOP_destroy_ioreq_server:
                return domain.RemoveServer(op.u.destroy_ioreq_server.id)
                    ? default
                    : HypercallResult.Failure(XenAbi.XEN_ENOENT);
            case XenAbi.XEN_DMOP_set_ioreq_server_state:
                if (domain.FindServer(op.u.set_ioreq_server_state.id) is not { } server)
                    return HypercallResult.Failure(XenAbi.XEN_ENOENT);
                server.SetEnabled(op.u.set_ioreq_server_state.enabled != 0);
                return default;
            case XenAbi.XEN_DMOP_map_io_range_to_ioreq_server:
                return domain.FindServer(op.u.map_io_range_to_ioreq_server.id) is { } mapper
                    ? mapper.Map(op.u.map_io_range_to_ioreq_server)
                    : HypercallResult.Failure(XenAbi.XEN_ENOENT);
            case XenAbi.XEN_DMOP_unmap_io_range_from_ioreq_server:
                return domain.FindServer(op.u.unmap_io_range_from_ioreq_server.id) is { } unmapper
                    ? unmapper.Unmap(op.u.unmap_io_range_from_ioreq_server)
                    : HypercallResult.Failure(XenAbi.XEN_ENOENT);
            case XenAbi.XEN_DMOP_set_mem_type:
                return domain.MemoryTypes.Set(op.u.set_mem_type);
            case XenAbi.XEN_DMOP_map_mem_type_to_ioreq_server:
                return domain.MemoryTypes.Claim(op.u.map_mem_type_to_ioreq_server);
            case XenAbi.XEN_DMOP_pin_memory_cacheattr:
                return domain.Caching.Pin(op.u.pin_memory_cacheattr);
            case XenAbi.XEN_DMOP_remote_shutdown:
                domain.ShutDown(op.u.remote_shutdown.reason);
                return default;
            case XenAbi.XEN_DMOP_inject_event:
                return Inject(domain, op.u.inject_event.vcpuid);
            case XenAbi.XEN_DMOP_inject_msi:
                domain.RecordMsi(op.u.inject_msi.addr, op.u.inject_msi.data);
                return default;
            default:
                return HypercallResult.Failure(XenAbi.XEN_EOPNOTSUPP);
        }
    }

    private static HypercallResult Create(SimulatedDomain domain, ref xen_dm_op_create_ioreq_server create)
    {
        if (domain.IsDying || create.handle_bufioreq > XenAbi.HVM_IOREQSRV_BUFIOREQ_ATOMIC)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (domain.ServerCount == MaximumIoreqServers)
            return HypercallResult.Failure(XenAbi.XEN_ENOSPC);
        create.id = domain.AddServer(create.handle_bufioreq != XenAbi.HVM_IOREQSRV_BUFIOREQ_OFF).Id;
        return default;
    }

    private static HypercallResult Describe(SimulatedDomain domain, ref xen_dm_op_get_ioreq_server_info info)
    {
        if (domain.FindServer(info.id) is not { } server)
            return HypercallResult.Failure(XenAbi.XEN_ENOENT);

        // As for a PVH domain of the real one: its toolstack sets no frames aside.
        if ((info.flags & XenAbi.XEN_DMOP_no_gfns) == 0)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);
        info.bufioreq_port = server.BufferedPort.Value;
        return default;
    }

    private static HypercallResult Inject(SimulatedDomain domain, uint vcpu)
    {
        if (vcpu >= domain.Vcpus.Count)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        return domain.Vcpus[(int)vcpu].TryInject() ? default : HypercallResult.Failure(XenAbi.XEN_EBUSY);
    }
}

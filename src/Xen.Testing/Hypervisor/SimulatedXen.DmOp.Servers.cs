using System;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>Device model operations on IOREQ servers.</content>
public sealed unsafe partial class SimulatedXen
{
    private const int MaximumIoreqServers = 8;

    private static HypercallResult OperateOnServer(Caller caller, SimulatedDomain domain, ref xen_dm_op op)
    {
        switch (op.op)
        {
            case XenAbi.XEN_DMOP_create_ioreq_server:
                return Create(caller, domain, ref op.u.create_ioreq_server);
            case XenAbi.XEN_DMOP_get_ioreq_server_info:
                return Describe(caller, domain, ref op.u.get_ioreq_server_info);
            case XenAbi.XEN_DMOP_map_io_range_to_ioreq_server:
                return ChangeRange(caller, domain, op.u.map_io_range_to_ioreq_server, isMapped: true);
            case XenAbi.XEN_DMOP_unmap_io_range_from_ioreq_server:
                return ChangeRange(caller, domain, op.u.unmap_io_range_from_ioreq_server, isMapped: false);
            case XenAbi.XEN_DMOP_set_ioreq_server_state:
                return Enable(caller, domain, op.u.set_ioreq_server_state);
            case XenAbi.XEN_DMOP_destroy_ioreq_server:
                return Destroy(caller, domain, op.u.destroy_ioreq_server);
            default:
                return Claim(caller, domain, op.u.map_mem_type_to_ioreq_server);
        }
    }

    private static HypercallResult Create(
        Caller caller, SimulatedDomain domain, ref xen_dm_op_create_ioreq_server create)
    {
        if (create.pad.AsSpan().ContainsAnyExcept((byte)0)
            || create.handle_bufioreq > XenAbi.HVM_IOREQSRV_BUFIOREQ_ATOMIC
            || domain.IsDying)
            return Invalid;
        if (domain.ServerCount == MaximumIoreqServers)
            return HypercallResult.Failure(XenAbi.XEN_ENOSPC);
        var result = domain.AddServer(caller.Domain, (BufferedIoreqMode)create.handle_bufioreq, out var id);
        if (result.IsSuccess)
            create.id = id;
        return result;
    }

    private static HypercallResult Describe(
        Caller caller, SimulatedDomain domain, ref xen_dm_op_get_ioreq_server_info info)
    {
        if ((info.flags & ~XenAbi.XEN_DMOP_no_gfns) != 0)
            return Invalid;
        if (!TryFindServer(caller, domain, info.id, out var server, out var failure))
            return failure;

        if ((info.flags & XenAbi.XEN_DMOP_no_gfns) == 0)
        {
            var result = domain.PlaceServer(server);
            if (!result.IsSuccess)
                return result;
            info.ioreq_gfn = server.Place!.Value.Slots;
            if (server.IsBuffered)
                info.bufioreq_gfn = server.Place.Value.Ring;
        }

        if (server.IsBuffered)
            info.bufioreq_port = server.BufferedPort.Value;
        return default;
    }

    private static HypercallResult ChangeRange(
        Caller caller, SimulatedDomain domain, in xen_dm_op_ioreq_server_range range, bool isMapped)
    {
        if (range.pad != 0 || range.start > range.end)
            return Invalid;
        if (!TryFindServer(caller, domain, range.id, out var server, out var failure))
            return failure;
        if (server.RangesOf(range.type) is not { } ranges)
            return Invalid;
        return isMapped ? ranges.Add(range.start, range.end) : ranges.Remove(range.start, range.end);
    }

    private static HypercallResult Enable(
        Caller caller, SimulatedDomain domain, in xen_dm_op_set_ioreq_server_state state)
    {
        if (state.pad != 0)
            return Invalid;
        if (!TryFindServer(caller, domain, state.id, out var server, out var failure))
            return failure;
        server.SetEnabled(state.enabled != 0);
        return default;
    }

    private static HypercallResult Destroy(
        Caller caller, SimulatedDomain domain, in xen_dm_op_destroy_ioreq_server destroy)
    {
        if (destroy.pad != 0)
            return Invalid;
        if (!TryFindServer(caller, domain, destroy.id, out _, out var failure))
            return failure;
        domain.RemoveServer(destroy.id);
        return default;
    }

    private static HypercallResult Claim(
        Caller caller, SimulatedDomain domain, in xen_dm_op_map_mem_type_to_ioreq_server claim)
    {
        if (claim.type != (ushort)GuestMemoryType.IoreqServer
            || ((MemoryTypeAccess)claim.flags & ~MemoryTypeAccess.Write) != 0)
            return Invalid;
        return TryFindServer(caller, domain, claim.id, out var server, out var failure)
            ? domain.MemoryTypes.Claim(server, (MemoryTypeAccess)claim.flags)
            : failure;
    }

    private static bool TryFindServer(
        Caller caller,
        SimulatedDomain domain,
        ushort id,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SimulatedIoreqServer? server,
        out HypercallResult failure)
    {
        server = domain.FindServer(id);
        failure = HypercallResult.Failure(server is null ? XenAbi.XEN_ENOENT : XenAbi.XEN_EPERM);
        if (server is not null && server.Creator != caller.Domain)
            server = null;
        return server is not null;
    }
}

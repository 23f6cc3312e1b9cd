using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>grant_table_op. What is not here answers ENOSYS.</content>
// SAFETY: there was memory for as many structures as the call says at the argument when it began, and there is until it
// returns: the caller of the real Xen has to see to the latter.
public sealed unsafe partial class SimulatedXen
{
    /// <summary>The control domain's grant table. It is a PV domain: the frames it grants are machine frames.</summary>
    internal SimulatedGrantTable ControlGrants { get; private init; }

    /// <summary>Guards all grant tables. Taken before any domain's gate.</summary>
    internal Lock GrantGate { get; } = new();

    private HypercallResult Grants(Caller caller, ulong command, void* argument, ulong count)
    {
        lock (GrantGate)
        {
            for (var i = 0UL; i < count; i++)
            {
                var result = Grant(caller, command, argument, i);
                if (!result.IsSuccess)
                    return result;
            }
        }

        return default;
    }

    private HypercallResult Grant(Caller caller, ulong command, void* argument, ulong index)
    {
        switch (command)
        {
            case XenAbi.GNTTABOP_map_grant_ref:
                var map = (gnttab_map_grant_ref*)argument + index;
                map->status = (short)Map(caller, map);
                return default;
            case XenAbi.GNTTABOP_unmap_grant_ref:
                var unmap = (gnttab_unmap_grant_ref*)argument + index;
                unmap->status = (short)UnmapGrant(caller, unmap->handle);
                return default;
            case XenAbi.GNTTABOP_copy:
                var copy = (gnttab_copy*)argument + index;
                copy->status = (short)Copy(caller, *copy);
                return default;
            case XenAbi.GNTTABOP_setup_table:
                return SetUpTable(caller, (gnttab_setup_table*)argument + index);
            case XenAbi.GNTTABOP_query_size:
                return QuerySize(caller, (gnttab_query_size*)argument + index);
            case XenAbi.GNTTABOP_get_version:
                return GetVersion(caller, (gnttab_get_version*)argument + index);
            case XenAbi.GNTTABOP_set_version:
                return SetVersion((gnttab_set_version*)argument + index);
            default:
                return HypercallResult.Failure(XenAbi.XEN_ENOSYS);
        }
    }

    internal SimulatedGrantTable? GrantsOf(DomainId domain) => domain == Control ? ControlGrants : Find(domain)?.Grants;

    private HypercallResult SetUpTable(Caller caller, gnttab_setup_table* setup)
    {
        var domain = Named(caller, setup->dom);
        setup->status = (short)Enlarge(caller, domain, setup->nr_frames);
        if (setup->status != (short)GrantStatus.Okay || setup->frame_list.IsNull)
            return default;
        var frames = GrantsOf(domain)!.Frames;
        for (var i = 0; i < setup->nr_frames; i++)
            setup->frame_list.Pointer[i] = (ulong)frames[i];
        return default;
    }

    private GrantStatus Enlarge(Caller caller, DomainId domain, uint frames)
    {
        if (GrantsOf(domain) is not { } table)
            return GrantStatus.BadDomain;
        if (!MayManage(caller, domain))
            return GrantStatus.PermissionDenied;
        return table.TryGrow(frames) ? GrantStatus.Okay : GrantStatus.GeneralError;
    }

    private HypercallResult QuerySize(Caller caller, gnttab_query_size* query)
    {
        var domain = Named(caller, query->dom);
        var table = GrantsOf(domain);
        var status = table is null ? GrantStatus.BadDomain : GrantStatus.Okay;
        if (table is not null && !MayManage(caller, domain))
            status = GrantStatus.PermissionDenied;
        query->nr_frames = status == GrantStatus.Okay ? (uint)table!.Frames.Count : 0;
        query->max_nr_frames = status == GrantStatus.Okay ? table!.MaximumFrames : 0;
        query->status = (short)status;
        return default;
    }

    private HypercallResult GetVersion(Caller caller, gnttab_get_version* get)
    {
        var domain = Named(caller, get->dom);
        if (GrantsOf(domain) is null)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        if (!MayManage(caller, domain))
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        get->version = 1;
        return default;
    }

    // As a Xen that was started with gnttab=max-ver:1.
    private static HypercallResult SetVersion(gnttab_set_version* set)
    {
        var version = set->version;
        set->version = 1;
        return version switch
        {
            1 => default,
            2 => HypercallResult.Failure(XenAbi.XEN_ENOSYS),
            _ => Invalid,
        };
    }
}

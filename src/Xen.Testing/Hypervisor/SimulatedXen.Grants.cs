using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>grant_table_op: what can be asked about a table. What is not here answers ENOSYS.</content>
// SAFETY: an argument points to as many structures as the call says until it returns: the caller of the real Xen has to
// see to the same.
public sealed unsafe partial class SimulatedXen
{
    private const uint MaximumGrantFrames = 64;

    private HypercallResult Grants(ulong command, void* argument, ulong count)
    {
        for (var i = 0UL; i < count; i++)
        {
            var result = command switch
            {
                XenAbi.GNTTABOP_query_size => QuerySize((gnttab_query_size*)argument + i),
                XenAbi.GNTTABOP_get_version => GetVersion((gnttab_get_version*)argument + i),
                _ => HypercallResult.Failure(XenAbi.XEN_ENOSYS),
            };
            if (!result.IsSuccess)
                return result;
        }

        return default;
    }

    private HypercallResult QuerySize(gnttab_query_size* query)
    {
        var exists = Exists(new DomainId(query->dom));
        query->nr_frames = exists ? 1u : 0;
        query->max_nr_frames = exists ? MaximumGrantFrames : 0;
        query->status = (short)(exists ? GrantStatus.Okay : GrantStatus.BadDomain);
        return default;
    }

    private HypercallResult GetVersion(gnttab_get_version* get)
    {
        if (!Exists(new DomainId(get->dom)))
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        get->version = 1;
        return default;
    }
}

using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>Who may do what to which domain, as Xen has it without a security module.</content>
public sealed unsafe partial class SimulatedXen
{
    /// <summary>What toolstacks do to any domain, and each domain to itself and to the one that it serves.</summary>
    private bool MayManage(Caller caller, DomainId domain) =>
        caller.IsPrivileged || caller.Domain == domain || Find(caller.Domain)?.Target == domain;

    /// <summary>What device models do: to any domain, or to the one that the caller was made for.</summary>
    private bool MayServe(Caller caller, SimulatedDomain target) =>
        caller.IsPrivileged || Find(caller.Domain)?.Target == target.Id;

    /// <summary>Finds a domain whose memory somebody wants to map.</summary>
    /// <returns>0, or the positive errno of each of its pages.</returns>
    internal int FindForMapping(Caller caller, DomainId id, out SimulatedDomain? domain)
    {
        domain = Find(id);
        if (domain is null)
            return XenAbi.XEN_ESRCH;
        if (MayServe(caller, domain))
            return 0;
        domain = null;
        return XenAbi.XEN_EPERM;
    }
}

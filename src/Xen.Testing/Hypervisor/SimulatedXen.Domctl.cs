using System.Linq;
using Xen.Sys;
using V4_17Abi = Xen.Sys.V4_17.XenAbi;

namespace Xen.Testing.Hypervisor;

/// <content>domctl. What the operations here use of it is alike in all versions, except for domain descriptions.</content>
// SAFETY: there is memory for xen_domctl, which every version and architecture has at one size, at the argument, and what
// that points to is as long as it says: the caller of the real Xen has to see to the same.
public sealed unsafe partial class SimulatedXen
{
    private const int DomctlPayloadOffset = 16;

    private HypercallResult Domctl(Caller caller, void* argument)
    {
        var operation = (Sys.V4_17.X86_64.xen_domctl*)argument;
        if (operation->interface_version != DomctlVersion)
            return HypercallResult.Failure(XenAbi.XEN_EACCES);

        var id = new DomainId(operation->domain);
        var payload = (byte*)argument + DomctlPayloadOffset;
        var isAboutNone = operation->cmd is V4_17Abi.XEN_DOMCTL_getdomaininfo or V4_17Abi.XEN_DOMCTL_createdomain;
        if (!isAboutNone && !Exists(id))
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        if (!caller.IsPrivileged)
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        if (operation->cmd == V4_17Abi.XEN_DOMCTL_getdomaininfo)
            return DescribeFrom(ref operation->domain, payload);
        if (operation->cmd == V4_17Abi.XEN_DOMCTL_createdomain)
            return Create(ref operation->domain, (Sys.V4_14.X86_64.xen_domctl_createdomain*)payload);
        if (id.Value == 0)
            return OperateOnDomain0(operation->cmd);
        if (Find(id) is not { } domain)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);

        switch (operation->cmd)
        {
            case V4_17Abi.XEN_DOMCTL_pausedomain:
                return domain.Pause();
            case V4_17Abi.XEN_DOMCTL_unpausedomain:
                return domain.Unpause();
            case V4_17Abi.XEN_DOMCTL_destroydomain:
                domain.Destroy();
                return default;
            case V4_17Abi.XEN_DOMCTL_max_mem:
                domain.LimitMemory(((Sys.V4_17.xen_domctl_max_mem*)payload)->max_memkb);
                return default;
            case V4_17Abi.XEN_DOMCTL_max_vcpus:
                return domain.MakeVcpus(((Sys.V4_17.xen_domctl_max_vcpus*)payload)->max);
            case V4_17Abi.XEN_DOMCTL_getvcpuinfo:
                lock (domain.Gate)
                    return DescribeVcpu(domain, (Sys.V4_17.xen_domctl_getvcpuinfo*)payload);
            case V4_17Abi.XEN_DOMCTL_shadow_op:
                lock (domain.Gate)
                    return OperateOnPaging(domain, (Sys.V4_17.xen_domctl_shadow_op*)payload);
            case V4_17Abi.XEN_DOMCTL_gethvmcontext:
                lock (domain.Gate)
                    return SaveContext(domain, (Sys.V4_17.xen_domctl_hvmcontext*)payload);
            case V4_17Abi.XEN_DOMCTL_sethvmcontext:
                lock (domain.Gate)
                    return LoadContext(domain, (Sys.V4_17.xen_domctl_hvmcontext*)payload);
            case V4_17Abi.XEN_DOMCTL_gethvmcontext_partial:
                lock (domain.Gate)
                    return SaveRecord(domain, (Sys.V4_17.xen_domctl_hvmcontext_partial*)payload);
            default:
                return HypercallResult.Failure(XenAbi.XEN_ENOSYS);
        }
    }

    // The caller's own domain: it cannot stop or end itself. It is a PV domain.
    private static HypercallResult OperateOnDomain0(uint command) => HypercallResult.Failure(command switch
    {
        V4_17Abi.XEN_DOMCTL_pausedomain or V4_17Abi.XEN_DOMCTL_unpausedomain
            or V4_17Abi.XEN_DOMCTL_destroydomain or V4_17Abi.XEN_DOMCTL_gethvmcontext
            or V4_17Abi.XEN_DOMCTL_shadow_op => XenAbi.XEN_EINVAL,
        _ => XenAbi.XEN_ENOSYS,
    });

    // A number without a domain describes the next domain there is, in some releases.
    private HypercallResult DescribeFrom(ref ushort domain, byte* payload)
    {
        var id = new DomainId(domain);
        var isOldForm = DomctlVersion == Sys.V4_14.XenAbi.XEN_DOMCTL_INTERFACE_VERSION;
        if (id.Value == 0)
        {
            DescribeDomain0(payload, isOldForm);
            return default;
        }

        var found = Find(id);
        if (!Release.DescribesOnlyWhatIsThere)
            found ??= _domains.Values.Where(d => d.Id.Value > id.Value).MinBy(d => d.Id.Value);
        if (found is null)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        domain = found.Id.Value;
        Describe(found, payload, isOldForm);
        return default;
    }

    private static HypercallResult DescribeVcpu(SimulatedDomain domain, Sys.V4_17.xen_domctl_getvcpuinfo* info)
    {
        if (info->vcpu >= domain.MaximumVcpus)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (info->vcpu >= domain.Vcpus.Count)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        info->online = 1;
        return default;
    }
}

using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>The hypercalls that are no device model operations.</content>
public sealed unsafe partial class SimulatedXen
{
    private HypercallResult XenVersion(ulong command) => command == XenAbi.XENVER_version
        ? new HypercallResult(((long)Version.Major << 16) | Version.Minor)
        : HypercallResult.Failure(XenAbi.XEN_ENOSYS);

    private HypercallResult Memory(ulong command, void* argument)
    {
        if (command != XenAbi.XENMEM_maximum_gpfn)
            return HypercallResult.Failure(XenAbi.XEN_ENOSYS);

        // SAFETY: the caller passes a domid_t, as XENMEM_maximum_gpfn asks.
        return Find(new DomainId(*(ushort*)argument)) is { } domain
            ? new HypercallResult(domain.FrameCount - 1)
            : HypercallResult.Failure(XenAbi.XEN_ESRCH);
    }

    private HypercallResult HvmParameter(ulong command, xen_hvm_param* parameter)
    {
        if (Find(new DomainId(parameter->domid)) is not { } domain)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);

        switch (command)
        {
            case XenAbi.HVMOP_get_param:
                parameter->value = domain.Parameters.GetValueOrDefault(parameter->index);
                return default;
            case XenAbi.HVMOP_set_param:
                domain.Parameters[parameter->index] = parameter->value;
                return default;
            default:
                return HypercallResult.Failure(XenAbi.XEN_ENOSYS);
        }
    }

    private HypercallResult GetDomainInfo(void* argument)
    {
        // SAFETY: the fields that are used here stand at the same place on every architecture until the union.
        var header = (Sys.X86_64.xen_domctl*)argument;
        if (header->interface_version != DomctlVersion)
            return HypercallResult.Failure(XenAbi.XEN_EACCES);
        if (header->cmd != XenAbi.XEN_DOMCTL_getdomaininfo)
            return HypercallResult.Failure(XenAbi.XEN_ENOSYS);

        // As the real one does: a number without a domain describes the next domain there is. 0 always exists.
        var asked = new DomainId(header->domain);
        if (asked.Value == 0)
            return Describe(argument, asked, 0);
        var found = Find(asked) ?? _domains.Values.Where(d => d.Id.Value > asked.Value).MinBy(d => d.Id.Value);
        return found is null
            ? HypercallResult.Failure(XenAbi.XEN_ESRCH)
            : Describe(argument, found.Id, found.Flags);
    }

    private static HypercallResult Describe(void* argument, DomainId id, uint flags)
    {
        if (RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
        {
            ref var arm = ref ((Sys.Arm64.xen_domctl*)argument)->u.getdomaininfo;
            arm.domain = id.Value;
            arm.flags = flags;
        }
        else
        {
            ref var x86 = ref ((Sys.X86_64.xen_domctl*)argument)->u.getdomaininfo;
            x86.domain = id.Value;
            x86.flags = flags;
        }

        return default;
    }
}

using System.Collections.Generic;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>hvm_op, as a PV control domain finds it. What is not here answers ENOSYS.</content>
// SAFETY: an argument points to the structure of the operation until the call returns: the caller of the real Xen has to
// see to the same.
public sealed unsafe partial class SimulatedXen
{
    private HypercallResult Hvm(ulong command, void* argument)
    {
        switch (command)
        {
            case XenAbi.HVMOP_get_param:
            case XenAbi.HVMOP_set_param:
                return Parameter(command == XenAbi.HVMOP_set_param, (xen_hvm_param*)argument);
            case XenAbi.HVMOP_get_mem_type:
                return MemoryType((xen_hvm_get_mem_type*)argument);
            case XenAbi.HVMOP_flush_tlbs:
                return HypercallResult.Failure(XenAbi.XEN_EINVAL);
            default:
                return HypercallResult.Failure(XenAbi.XEN_ENOSYS);
        }
    }

    private HypercallResult Parameter(bool set, xen_hvm_param* parameter)
    {
        if (!TryFindHvm(parameter->domid, out var domain, out var failure))
            return failure;
        if (parameter->index >= XenAbi.HVM_NR_PARAMS)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (set)
            domain.Parameters[parameter->index] = parameter->value;
        else
            parameter->value = domain.Parameters.GetValueOrDefault(parameter->index);
        return default;
    }

    private HypercallResult MemoryType(xen_hvm_get_mem_type* get)
    {
        if (!TryFindHvm(get->domid, out var domain, out var failure))
            return failure;
        lock (domain.Gate)
            get->mem_type = (ushort)domain.MemoryTypes.Get(get->pfn);
        return default;
    }

    // The control domain exists, but is a PV one.
    private bool TryFindHvm(
        ushort id,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SimulatedDomain? domain,
        out HypercallResult failure)
    {
        domain = Find(new DomainId(id));
        failure = HypercallResult.Failure(Exists(new DomainId(id)) ? XenAbi.XEN_EINVAL : XenAbi.XEN_ESRCH);
        return domain is not null;
    }
}

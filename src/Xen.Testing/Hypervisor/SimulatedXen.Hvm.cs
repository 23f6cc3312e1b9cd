using System.Collections.Generic;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>hvm_op, as a PV control domain finds it. What is not here answers ENOSYS.</content>
// SAFETY: there was memory for the structure of the operation at the argument when the call began, and there is until it
// returns: the caller of the real Xen has to see to the latter.
public sealed unsafe partial class SimulatedXen
{
    private HypercallResult Hvm(Caller caller, ulong command, void* argument)
    {
        switch (command)
        {
            case XenAbi.HVMOP_get_param:
            case XenAbi.HVMOP_set_param:
                return Parameter(caller, command == XenAbi.HVMOP_set_param, (xen_hvm_param*)argument);
            case XenAbi.HVMOP_get_mem_type:
                return MemoryType(caller, (xen_hvm_get_mem_type*)argument);
            case XenAbi.HVMOP_flush_tlbs:
                return HypercallResult.Failure(XenAbi.XEN_EINVAL);
            default:
                return HypercallResult.Failure(XenAbi.XEN_ENOSYS);
        }
    }

    private HypercallResult Parameter(Caller caller, bool set, xen_hvm_param* parameter)
    {
        if (!TryFindHvm(caller, parameter->domid, out var domain, out var failure))
            return failure;
        if (!MayManage(caller, domain.Id))
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        if (parameter->index >= XenAbi.HVM_NR_PARAMS)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (set)
            domain.Parameters[parameter->index] = parameter->value;
        else
            parameter->value = domain.Parameters.GetValueOrDefault(parameter->index);
        return default;
    }

    private HypercallResult MemoryType(Caller caller, xen_hvm_get_mem_type* get)
    {
        if (!TryFindHvm(caller, get->domid, out var domain, out var failure))
            return failure;
        lock (domain.Gate)
            get->mem_type = (ushort)domain.MemoryTypes.Get(get->pfn);
        return default;
    }

    // The control domain exists, but is a PV one.
    private bool TryFindHvm(
        Caller caller,
        ushort id,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SimulatedDomain? domain,
        out HypercallResult failure)
    {
        var named = Named(caller, id);
        domain = Find(named) is { IsHvm: true } found ? found : null;
        failure = HypercallResult.Failure(Exists(named) ? XenAbi.XEN_EINVAL : XenAbi.XEN_ESRCH);
        return domain is not null;
    }
}

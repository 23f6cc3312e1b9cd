using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>Device model operations that interrupt a vCPU.</content>
public sealed unsafe partial class SimulatedXen
{
    private static HypercallResult Inject(SimulatedDomain domain, in xen_dm_op_inject_event inject)
    {
        if (inject.pad0 != 0 || inject.pad1 != 0 || inject.vcpuid >= (uint)domain.Vcpus.Count)
            return Invalid;
        var taken = domain.Vcpus[(int)inject.vcpuid].TryInject(new SimulatedEvent(
            (InjectedEventType)inject.type, inject.vector, inject.error_code, inject.cr2));
        return taken ? default : HypercallResult.Failure(XenAbi.XEN_EBUSY);
    }

    private static HypercallResult Inject(SimulatedDomain domain, in xen_dm_op_inject_msi inject)
    {
        if (inject.pad != 0)
            return Invalid;
        domain.RecordMsi(inject.addr, inject.data);
        return default;
    }
}

using Xen.Sys;
using Xen.Testing.Linux;

namespace Xen.Testing.Hypervisor;

/// <content>Which structure a hypercall points to. Whoever names an address where nothing is gets EFAULT.</content>
// SAFETY: sizes of structures only; addresses are asked about, and what is there is not looked at.
public sealed unsafe partial class SimulatedXen
{
    private static bool HasStructure(uint hypercall, ulong arg1, ulong arg2, ulong arg3) => hypercall switch
    {
        XenAbi.__HYPERVISOR_dm_op => arg2 > MaximumBuffers || Exists(arg3, sizeof(xen_dm_op_buf), arg2),
        XenAbi.__HYPERVISOR_domctl => Exists(arg1, sizeof(Sys.V4_17.X86_64.xen_domctl)),
        XenAbi.__HYPERVISOR_sysctl => Exists(arg1, sizeof(Sys.V4_17.X86_64.xen_sysctl)),
        XenAbi.__HYPERVISOR_multicall => Exists(arg1, sizeof(multicall_entry), arg2),
        XenAbi.__HYPERVISOR_xen_version => (arg1 == XenAbi.XENVER_build_id && arg2 == 0)
            || Exists(arg2, SizeOfVersion(arg1)),
        XenAbi.__HYPERVISOR_memory_op => Exists(arg2, SizeOfMemory(arg1)),
        XenAbi.__HYPERVISOR_hvm_op => Exists(arg2, SizeOfHvm(arg1)),
        XenAbi.__HYPERVISOR_event_channel_op => Exists(arg2, SizeOfEventChannel(arg1)),
        XenAbi.__HYPERVISOR_grant_table_op => Exists(arg2, SizeOfGrant(arg1), arg3),
        XenAbi.__HYPERVISOR_sched_op => Exists(arg2, SizeOfSchedule(arg1)),
        XenAbi.__HYPERVISOR_vcpu_op => Exists(arg3, SizeOfVcpu(arg1)),
        _ => true,
    };

    // Operations without a structure, and unknown ones, have size 0.
    private static bool Exists(ulong address, int size, ulong count = 1) =>
        size == 0 || (count <= nuint.MaxValue / (uint)size && UserMemory.Exists((void*)address, (nuint)count * (uint)size));

    private static int SizeOfVersion(ulong command) => command switch
    {
        XenAbi.XENVER_extraversion => (int)XenAbi.XEN_EXTRAVERSION_LEN,
        XenAbi.XENVER_compile_info => sizeof(xen_compile_info),
        XenAbi.XENVER_capabilities => (int)XenAbi.XEN_CAPABILITIES_INFO_LEN,
        XenAbi.XENVER_changeset => (int)XenAbi.XEN_CHANGESET_INFO_LEN,
        XenAbi.XENVER_commandline => XenVersionOp.MaximumTextLength,
        XenAbi.XENVER_platform_parameters => sizeof(xen_platform_parameters),
        XenAbi.XENVER_get_features => sizeof(xen_feature_info),
        XenAbi.XENVER_guest_handle => sizeof(System.Guid),
        XenAbi.XENVER_build_id => sizeof(uint),
        _ => 0,
    };

    private static int SizeOfMemory(ulong command) => command switch
    {
        XenAbi.XENMEM_maximum_gpfn or XenAbi.XENMEM_current_reservation or XenAbi.XENMEM_maximum_reservation =>
            sizeof(ushort),
        XenAbi.XENMEM_populate_physmap or XenAbi.XENMEM_decrease_reservation => sizeof(xen_memory_reservation),
        XenAbi.XENMEM_add_to_physmap => sizeof(xen_add_to_physmap),
        XenAbi.XENMEM_get_pod_target => sizeof(xen_pod_target),
        XenAbi.XENMEM_acquire_resource => sizeof(xen_mem_acquire_resource),
        _ => 0,
    };

    private static int SizeOfHvm(ulong command) => command switch
    {
        XenAbi.HVMOP_get_param or XenAbi.HVMOP_set_param => sizeof(xen_hvm_param),
        XenAbi.HVMOP_get_mem_type => sizeof(xen_hvm_get_mem_type),
        _ => 0,
    };

    private static int SizeOfEventChannel(ulong command) => command switch
    {
        XenAbi.EVTCHNOP_alloc_unbound => sizeof(evtchn_alloc_unbound),
        XenAbi.EVTCHNOP_bind_interdomain => sizeof(evtchn_bind_interdomain),
        XenAbi.EVTCHNOP_bind_virq => sizeof(evtchn_bind_virq),
        XenAbi.EVTCHNOP_bind_ipi => sizeof(evtchn_bind_ipi),
        XenAbi.EVTCHNOP_close => sizeof(evtchn_close),
        XenAbi.EVTCHNOP_send => sizeof(evtchn_send),
        XenAbi.EVTCHNOP_status => sizeof(evtchn_status),
        XenAbi.EVTCHNOP_bind_vcpu => sizeof(evtchn_bind_vcpu),
        XenAbi.EVTCHNOP_unmask => sizeof(evtchn_unmask),
        XenAbi.EVTCHNOP_reset => sizeof(evtchn_reset),
        _ => 0,
    };

    private static int SizeOfSchedule(ulong command) => command switch
    {
        XenAbi.SCHEDOP_poll => sizeof(sched_poll),
        XenAbi.SCHEDOP_shutdown => sizeof(sched_shutdown),
        _ => 0,
    };

    private static int SizeOfVcpu(ulong command) => command switch
    {
        XenAbi.VCPUOP_get_runstate_info => sizeof(vcpu_runstate_info),
        XenAbi.VCPUOP_set_periodic_timer => sizeof(vcpu_set_periodic_timer),
        _ => 0,
    };

    private static int SizeOfGrant(ulong command) => command switch
    {
        XenAbi.GNTTABOP_map_grant_ref => sizeof(gnttab_map_grant_ref),
        XenAbi.GNTTABOP_unmap_grant_ref => sizeof(gnttab_unmap_grant_ref),
        XenAbi.GNTTABOP_copy => sizeof(gnttab_copy),
        XenAbi.GNTTABOP_setup_table => sizeof(gnttab_setup_table),
        XenAbi.GNTTABOP_query_size => sizeof(gnttab_query_size),
        XenAbi.GNTTABOP_get_version => sizeof(gnttab_get_version),
        XenAbi.GNTTABOP_set_version => sizeof(gnttab_set_version),
        _ => 0,
    };
}

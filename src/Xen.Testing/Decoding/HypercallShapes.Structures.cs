using System;
using Xen.Sys;

namespace Xen.Testing.Decoding;

/// <content>Which structure each operation of the stable hypercalls takes.</content>
internal static partial class HypercallShapes
{
    private static Type? MemoryStructure(string? operation) => operation switch
    {
        "increase_reservation" or
            "decrease_reservation" or
            "populate_physmap" or
            "claim_pages" =>
            typeof(xen_memory_reservation),
        "current_reservation" or "maximum_reservation" or "maximum_gpfn" => typeof(DomainId),
        "machphys_mfn_list" => typeof(xen_machphys_mfn_list),
        "add_to_physmap" => typeof(xen_add_to_physmap),
        "add_to_physmap_batch" => typeof(xen_add_to_physmap_batch),
        "memory_map" or "machine_memory_map" => typeof(xen_memory_map),
        "exchange" => typeof(xen_memory_exchange),
        "machphys_mapping" => typeof(xen_machphys_mapping),
        "set_memory_map" => typeof(xen_foreign_memory_map),
        "remove_from_physmap" => typeof(xen_remove_from_physmap),
        "set_pod_target" or "get_pod_target" => typeof(xen_pod_target),
        "paging_op" => typeof(xen_mem_paging_op),
        "access_op" => typeof(xen_mem_access_op),
        "sharing_op" => typeof(xen_mem_sharing_op),
        "get_vnumainfo" => typeof(xen_vnuma_topology_info),
        "reserved_device_memory_map" => typeof(xen_reserved_device_memory_map),
        "acquire_resource" => typeof(xen_mem_acquire_resource),
        _ => null,
    };

    private static Type? GrantStructure(string? operation) => operation switch
    {
        "map_grant_ref" => typeof(gnttab_map_grant_ref),
        "unmap_grant_ref" => typeof(gnttab_unmap_grant_ref),
        "setup_table" => typeof(gnttab_setup_table),
        "dump_table" => typeof(gnttab_dump_table),
        "transfer" => typeof(gnttab_transfer),
        "copy" => typeof(gnttab_copy),
        "query_size" => typeof(gnttab_query_size),
        "unmap_and_replace" => typeof(gnttab_unmap_and_replace),
        "set_version" => typeof(gnttab_set_version),
        "get_status_frames" => typeof(gnttab_get_status_frames),
        "get_version" => typeof(gnttab_get_version),
        "swap_grant_ref" => typeof(gnttab_swap_grant_ref),
        "cache_flush" => typeof(gnttab_cache_flush),
        _ => null,
    };

    private static Type? EventStructure(string? operation) => operation switch
    {
        "bind_interdomain" => typeof(evtchn_bind_interdomain),
        "bind_virq" => typeof(evtchn_bind_virq),
        "bind_pirq" => typeof(evtchn_bind_pirq),
        "close" => typeof(evtchn_close),
        "send" => typeof(evtchn_send),
        "status" => typeof(evtchn_status),
        "alloc_unbound" => typeof(evtchn_alloc_unbound),
        "bind_ipi" => typeof(evtchn_bind_ipi),
        "bind_vcpu" => typeof(evtchn_bind_vcpu),
        "unmask" => typeof(evtchn_unmask),
        "reset" => typeof(evtchn_reset),
        "init_control" => typeof(evtchn_init_control),
        "expand_array" => typeof(evtchn_expand_array),
        "set_priority" => typeof(evtchn_set_priority),
        _ => null,
    };

    private static Type? VersionStructure(string? operation) => operation switch
    {
        "compile_info" => typeof(xen_compile_info),
        "platform_parameters" => typeof(xen_platform_parameters),
        "get_features" => typeof(xen_feature_info),
        "build_id" => typeof(xen_build_id),
        _ => null,
    };

    private static Type? SchedulerStructure(string? operation) => operation switch
    {
        "shutdown" or "shutdown_code" => typeof(sched_shutdown),
        "poll" => typeof(sched_poll),
        "remote_shutdown" => typeof(sched_remote_shutdown),
        "watchdog" => typeof(sched_watchdog),
        "pin_override" => typeof(sched_pin_override),
        _ => null,
    };

    private static Type? VcpuStructure(string? operation) => operation switch
    {
        "initialise" => typeof(vcpu_hvm_context),
        "get_runstate_info" => typeof(vcpu_runstate_info),
        "register_runstate_memory_area" or
            "register_runstate_phys_area" =>
            typeof(vcpu_register_runstate_memory_area),
        "set_periodic_timer" => typeof(vcpu_set_periodic_timer),
        "set_singleshot_timer" => typeof(vcpu_set_singleshot_timer),
        "register_vcpu_info" => typeof(vcpu_register_vcpu_info),
        "get_physid" => typeof(vcpu_get_physid),
        "register_vcpu_time_memory_area" or "register_vcpu_time_phys_area" => typeof(vcpu_register_time_memory_area),
        _ => null,
    };

    private static Type? PhysicalDeviceStructure(string? operation) => operation switch
    {
        "irq_status_query" => typeof(physdev_irq_status_query),
        "set_iopl" => typeof(physdev_set_iopl),
        "set_iobitmap" => typeof(physdev_set_iobitmap),
        "apic_read" or "apic_write" => typeof(physdev_apic),
        "alloc_irq_vector" or "free_irq_vector" => typeof(physdev_irq),
        "eoi" => typeof(physdev_eoi),
        "map_pirq" => typeof(physdev_map_pirq),
        "unmap_pirq" => typeof(physdev_unmap_pirq),
        "manage_pci_add" or "manage_pci_remove" => typeof(physdev_manage_pci),
        "restore_msi" => typeof(physdev_restore_msi),
        "manage_pci_add_ext" => typeof(physdev_manage_pci_ext),
        "setup_gsi" => typeof(physdev_setup_gsi),
        "get_free_pirq" => typeof(physdev_get_free_pirq),
        "pci_mmcfg_reserved" => typeof(physdev_pci_mmcfg_reserved),
        "pci_device_add" => typeof(physdev_pci_device_add),
        "pci_device_remove" or "restore_msi_ext" or "prepare_msix" or "release_msix" => typeof(physdev_pci_device),
        "dbgp_op" => typeof(physdev_dbgp_op),
        "pci_device_reset" => typeof(pci_device_reset),
        "pirq_eoi_gmfn_v1" or "pirq_eoi_gmfn_v2" => typeof(physdev_pirq_eoi_gmfn),
        _ => null,
    };

    private static Type? HvmStructure(string? operation) => operation switch
    {
        "set_param" or "get_param" => typeof(xen_hvm_param),
        "pagetable_dying" => typeof(xen_hvm_pagetable_dying),
        "get_time" => typeof(xen_hvm_get_time),
        "xentrace" => typeof(xen_hvm_xentrace),
        "get_mem_type" => typeof(xen_hvm_get_mem_type),
        "set_evtchn_upcall_vector" => typeof(Sys.X86_64.xen_hvm_evtchn_upcall_vector),
        "altp2m" => typeof(xen_hvm_altp2m_op),
        _ => null,
    };
}

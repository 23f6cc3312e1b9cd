namespace Xen.Sys;

/// <content>The operations of the stable hypercalls.</content>
public static partial class HypercallNames
{
    // public/memory.h.
    private static string? MemoryOperation(ulong subOperation) => subOperation switch
    {
        XenAbi.XENMEM_increase_reservation => "increase_reservation",
        XenAbi.XENMEM_decrease_reservation => "decrease_reservation",
        XenAbi.XENMEM_maximum_ram_page => "maximum_ram_page",
        XenAbi.XENMEM_current_reservation => "current_reservation",
        XenAbi.XENMEM_maximum_reservation => "maximum_reservation",
        XenAbi.XENMEM_machphys_mfn_list => "machphys_mfn_list",
        XenAbi.XENMEM_populate_physmap => "populate_physmap",
        XenAbi.XENMEM_add_to_physmap => "add_to_physmap",
        XenAbi.XENMEM_memory_map => "memory_map",
        XenAbi.XENMEM_machine_memory_map => "machine_memory_map",
        XenAbi.XENMEM_exchange => "exchange",
        XenAbi.XENMEM_machphys_mapping => "machphys_mapping",
        XenAbi.XENMEM_set_memory_map => "set_memory_map",
        XenAbi.XENMEM_maximum_gpfn => "maximum_gpfn",
        XenAbi.XENMEM_remove_from_physmap => "remove_from_physmap",
        XenAbi.XENMEM_set_pod_target => "set_pod_target",
        XenAbi.XENMEM_get_pod_target => "get_pod_target",
        XenAbi.XENMEM_get_sharing_freed_pages => "get_sharing_freed_pages",
        XenAbi.XENMEM_get_sharing_shared_pages => "get_sharing_shared_pages",
        XenAbi.XENMEM_paging_op => "paging_op",
        XenAbi.XENMEM_access_op => "access_op",
        XenAbi.XENMEM_sharing_op => "sharing_op",
        XenAbi.XENMEM_add_to_physmap_batch => "add_to_physmap_batch",
        XenAbi.XENMEM_claim_pages => "claim_pages",
        XenAbi.XENMEM_machphys_compat_mfn_list => "machphys_compat_mfn_list",
        XenAbi.XENMEM_get_vnumainfo => "get_vnumainfo",
        XenAbi.XENMEM_reserved_device_memory_map => "reserved_device_memory_map",
        XenAbi.XENMEM_acquire_resource => "acquire_resource",
        _ => null,
    };

    // public/version.h.
    private static string? VersionOperation(ulong subOperation) => subOperation switch
    {
        XenAbi.XENVER_version => "version",
        XenAbi.XENVER_extraversion => "extraversion",
        XenAbi.XENVER_compile_info => "compile_info",
        XenAbi.XENVER_capabilities => "capabilities",
        XenAbi.XENVER_changeset => "changeset",
        XenAbi.XENVER_platform_parameters => "platform_parameters",
        XenAbi.XENVER_get_features => "get_features",
        XenAbi.XENVER_pagesize => "pagesize",
        XenAbi.XENVER_guest_handle => "guest_handle",
        XenAbi.XENVER_commandline => "commandline",
        XenAbi.XENVER_build_id => "build_id",
        XenAbi.XENVER_extraversion2 => "extraversion2",
        XenAbi.XENVER_capabilities2 => "capabilities2",
        XenAbi.XENVER_changeset2 => "changeset2",
        XenAbi.XENVER_commandline2 => "commandline2",
        _ => null,
    };

    // public/xen.h.
    private static string? ConsoleOperation(ulong subOperation) => subOperation switch
    {
        XenAbi.CONSOLEIO_write => "write",
        XenAbi.CONSOLEIO_read => "read",
        _ => null,
    };

    // public/grant_table.h.
    private static string? GrantTableOperation(ulong subOperation) => subOperation switch
    {
        XenAbi.GNTTABOP_map_grant_ref => "map_grant_ref",
        XenAbi.GNTTABOP_unmap_grant_ref => "unmap_grant_ref",
        XenAbi.GNTTABOP_setup_table => "setup_table",
        XenAbi.GNTTABOP_dump_table => "dump_table",
        XenAbi.GNTTABOP_transfer => "transfer",
        XenAbi.GNTTABOP_copy => "copy",
        XenAbi.GNTTABOP_query_size => "query_size",
        XenAbi.GNTTABOP_unmap_and_replace => "unmap_and_replace",
        XenAbi.GNTTABOP_set_version => "set_version",
        XenAbi.GNTTABOP_get_status_frames => "get_status_frames",
        XenAbi.GNTTABOP_get_version => "get_version",
        XenAbi.GNTTABOP_swap_grant_ref => "swap_grant_ref",
        XenAbi.GNTTABOP_cache_flush => "cache_flush",
        _ => null,
    };

    // public/vcpu.h.
    private static string? VcpuOperation(ulong subOperation) => subOperation switch
    {
        XenAbi.VCPUOP_initialise => "initialise",
        XenAbi.VCPUOP_up => "up",
        XenAbi.VCPUOP_down => "down",
        XenAbi.VCPUOP_is_up => "is_up",
        XenAbi.VCPUOP_get_runstate_info => "get_runstate_info",
        XenAbi.VCPUOP_register_runstate_memory_area => "register_runstate_memory_area",
        XenAbi.VCPUOP_set_periodic_timer => "set_periodic_timer",
        XenAbi.VCPUOP_stop_periodic_timer => "stop_periodic_timer",
        XenAbi.VCPUOP_set_singleshot_timer => "set_singleshot_timer",
        XenAbi.VCPUOP_stop_singleshot_timer => "stop_singleshot_timer",
        XenAbi.VCPUOP_register_vcpu_info => "register_vcpu_info",
        XenAbi.VCPUOP_send_nmi => "send_nmi",
        XenAbi.VCPUOP_get_physid => "get_physid",
        XenAbi.VCPUOP_register_vcpu_time_memory_area => "register_vcpu_time_memory_area",
        XenAbi.VCPUOP_register_runstate_phys_area => "register_runstate_phys_area",
        XenAbi.VCPUOP_register_vcpu_time_phys_area => "register_vcpu_time_phys_area",
        _ => null,
    };

    // public/sched.h.
    private static string? SchedulerOperation(ulong subOperation) => subOperation switch
    {
        XenAbi.SCHEDOP_yield => "yield",
        XenAbi.SCHEDOP_block => "block",
        XenAbi.SCHEDOP_shutdown => "shutdown",
        XenAbi.SCHEDOP_poll => "poll",
        XenAbi.SCHEDOP_remote_shutdown => "remote_shutdown",
        XenAbi.SCHEDOP_shutdown_code => "shutdown_code",
        XenAbi.SCHEDOP_watchdog => "watchdog",
        XenAbi.SCHEDOP_pin_override => "pin_override",
        _ => null,
    };

    // public/event_channel.h.
    private static string? EventChannelOperation(ulong subOperation) => subOperation switch
    {
        XenAbi.EVTCHNOP_bind_interdomain => "bind_interdomain",
        XenAbi.EVTCHNOP_bind_virq => "bind_virq",
        XenAbi.EVTCHNOP_bind_pirq => "bind_pirq",
        XenAbi.EVTCHNOP_close => "close",
        XenAbi.EVTCHNOP_send => "send",
        XenAbi.EVTCHNOP_status => "status",
        XenAbi.EVTCHNOP_alloc_unbound => "alloc_unbound",
        XenAbi.EVTCHNOP_bind_ipi => "bind_ipi",
        XenAbi.EVTCHNOP_bind_vcpu => "bind_vcpu",
        XenAbi.EVTCHNOP_unmask => "unmask",
        XenAbi.EVTCHNOP_reset => "reset",
        XenAbi.EVTCHNOP_init_control => "init_control",
        XenAbi.EVTCHNOP_expand_array => "expand_array",
        XenAbi.EVTCHNOP_set_priority => "set_priority",
        _ => null,
    };

    // public/physdev.h.
    private static string? PhysicalDeviceOperation(ulong subOperation) => subOperation switch
    {
        XenAbi.PHYSDEVOP_IRQ_UNMASK_NOTIFY => "IRQ_UNMASK_NOTIFY",
        XenAbi.PHYSDEVOP_irq_status_query => "irq_status_query",
        XenAbi.PHYSDEVOP_set_iopl => "set_iopl",
        XenAbi.PHYSDEVOP_set_iobitmap => "set_iobitmap",
        XenAbi.PHYSDEVOP_apic_read => "apic_read",
        XenAbi.PHYSDEVOP_apic_write => "apic_write",
        XenAbi.PHYSDEVOP_alloc_irq_vector => "alloc_irq_vector",
        XenAbi.PHYSDEVOP_free_irq_vector => "free_irq_vector",
        XenAbi.PHYSDEVOP_eoi => "eoi",
        XenAbi.PHYSDEVOP_map_pirq => "map_pirq",
        XenAbi.PHYSDEVOP_unmap_pirq => "unmap_pirq",
        XenAbi.PHYSDEVOP_manage_pci_add => "manage_pci_add",
        XenAbi.PHYSDEVOP_manage_pci_remove => "manage_pci_remove",
        XenAbi.PHYSDEVOP_pirq_eoi_gmfn_v1 => "pirq_eoi_gmfn_v1",
        XenAbi.PHYSDEVOP_restore_msi => "restore_msi",
        XenAbi.PHYSDEVOP_manage_pci_add_ext => "manage_pci_add_ext",
        XenAbi.PHYSDEVOP_setup_gsi => "setup_gsi",
        XenAbi.PHYSDEVOP_get_free_pirq => "get_free_pirq",
        XenAbi.PHYSDEVOP_pci_mmcfg_reserved => "pci_mmcfg_reserved",
        XenAbi.PHYSDEVOP_pci_device_add => "pci_device_add",
        XenAbi.PHYSDEVOP_pci_device_remove => "pci_device_remove",
        XenAbi.PHYSDEVOP_restore_msi_ext => "restore_msi_ext",
        XenAbi.PHYSDEVOP_pirq_eoi_gmfn_v2 => "pirq_eoi_gmfn_v2",
        XenAbi.PHYSDEVOP_dbgp_op => "dbgp_op",
        XenAbi.PHYSDEVOP_prepare_msix => "prepare_msix",
        XenAbi.PHYSDEVOP_release_msix => "release_msix",
        XenAbi.PHYSDEVOP_pci_device_reset => "pci_device_reset",
        _ => null,
    };

    // public/hvm/hvm_op.h.
    private static string? HvmOperation(ulong subOperation) => subOperation switch
    {
        XenAbi.HVMOP_set_param => "set_param",
        XenAbi.HVMOP_get_param => "get_param",
        XenAbi.HVMOP_flush_tlbs => "flush_tlbs",
        XenAbi.HVMOP_pagetable_dying => "pagetable_dying",
        XenAbi.HVMOP_get_time => "get_time",
        XenAbi.HVMOP_xentrace => "xentrace",
        XenAbi.HVMOP_set_mem_access => "set_mem_access",
        XenAbi.HVMOP_get_mem_access => "get_mem_access",
        XenAbi.HVMOP_get_mem_type => "get_mem_type",
        X86_64.XenAbi.HVMOP_set_evtchn_upcall_vector => "set_evtchn_upcall_vector",
        XenAbi.HVMOP_guest_request_vm_event => "guest_request_vm_event",
        XenAbi.HVMOP_altp2m => "altp2m",
        _ => null,
    };

    // public/hvm/dm_op.h.
    private static string? DeviceModelOperation(ulong subOperation) => subOperation switch
    {
        XenAbi.XEN_DMOP_create_ioreq_server => "create_ioreq_server",
        XenAbi.XEN_DMOP_get_ioreq_server_info => "get_ioreq_server_info",
        XenAbi.XEN_DMOP_map_io_range_to_ioreq_server => "map_io_range_to_ioreq_server",
        XenAbi.XEN_DMOP_unmap_io_range_from_ioreq_server => "unmap_io_range_from_ioreq_server",
        XenAbi.XEN_DMOP_set_ioreq_server_state => "set_ioreq_server_state",
        XenAbi.XEN_DMOP_destroy_ioreq_server => "destroy_ioreq_server",
        XenAbi.XEN_DMOP_track_dirty_vram => "track_dirty_vram",
        XenAbi.XEN_DMOP_set_pci_intx_level => "set_pci_intx_level",
        XenAbi.XEN_DMOP_set_isa_irq_level => "set_isa_irq_level",
        XenAbi.XEN_DMOP_set_pci_link_route => "set_pci_link_route",
        XenAbi.XEN_DMOP_modified_memory => "modified_memory",
        XenAbi.XEN_DMOP_set_mem_type => "set_mem_type",
        XenAbi.XEN_DMOP_inject_event => "inject_event",
        XenAbi.XEN_DMOP_inject_msi => "inject_msi",
        XenAbi.XEN_DMOP_map_mem_type_to_ioreq_server => "map_mem_type_to_ioreq_server",
        XenAbi.XEN_DMOP_remote_shutdown => "remote_shutdown",
        XenAbi.XEN_DMOP_relocate_memory => "relocate_memory",
        XenAbi.XEN_DMOP_pin_memory_cacheattr => "pin_memory_cacheattr",
        XenAbi.XEN_DMOP_set_irq_level => "set_irq_level",
        XenAbi.XEN_DMOP_nr_vcpus => "nr_vcpus",
        _ => null,
    };
}

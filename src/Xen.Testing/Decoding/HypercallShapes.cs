using System;
using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.Testing.Decoding;

/// <summary>Finds the structures that hypercalls take.</summary>
internal static partial class HypercallShapes
{
    // domid_t stands alone where an operation takes nothing else.
    private static readonly StructureLayout OneDomain = StructureLayout.OfNumber("domid", typeof(ushort));

    /// <summary>The structure of a stable hypercall's operation.</summary>
    /// <returns>Null if it has none, or none that is known here.</returns>
    internal static HypercallShape? Of(uint hypercall, ulong? subOperation)
    {
        var operation = subOperation is { } number ? HypercallNames.SubOperation(hypercall, number) : null;
        return hypercall switch
        {
            XenAbi.__HYPERVISOR_memory_op => Make(MemoryStructure(operation)),
            XenAbi.__HYPERVISOR_grant_table_op => Make(GrantStructure(operation), countRegister: 2),
            XenAbi.__HYPERVISOR_event_channel_op => Make(EventStructure(operation)),
            XenAbi.__HYPERVISOR_xen_version => Make(VersionStructure(operation)) ?? Text(operation),
            XenAbi.__HYPERVISOR_sched_op => Make(SchedulerStructure(operation)),
            XenAbi.__HYPERVISOR_vcpu_op => Make(VcpuStructure(operation), register: 2),
            XenAbi.__HYPERVISOR_physdev_op => Make(PhysicalDeviceStructure(operation)),
            XenAbi.__HYPERVISOR_hvm_op => Make(HvmStructure(operation)),
            XenAbi.__HYPERVISOR_multicall => Make(typeof(multicall_entry), register: 0, countRegister: 1),
            _ => null,
        };
    }

    /// <summary>The structure of a device model operation, behind the number and the padding.</summary>
    internal static StructureLayout? OfDeviceModel(uint operation) =>
        HypercallNames.SubOperation(XenAbi.__HYPERVISOR_dm_op, operation) is { } name
            ? StructureLayout.Of(typeof(xen_dm_op_u)).Member(name)
            : null;

    /// <summary>The structure of a domctl, behind the head.</summary>
    /// <param name="version">The interface version, which says whose structures they are.</param>
    /// <param name="operation">The command.</param>
    /// <returns>Null if the version is not known here, or the operation has no structure.</returns>
    internal static StructureLayout? OfDomctl(uint version, uint operation) => Control(
        HypercallNames.SubOperation(XenAbi.__HYPERVISOR_domctl, operation),
        (version, RuntimeInformation.ProcessArchitecture) switch
        {
            (Sys.V4_14.XenAbi.XEN_DOMCTL_INTERFACE_VERSION, Architecture.X64) => typeof(Sys.V4_14.X86_64.xen_domctl_u),
            (Sys.V4_17.XenAbi.XEN_DOMCTL_INTERFACE_VERSION, Architecture.X64) => typeof(Sys.V4_17.X86_64.xen_domctl_u),
            (Sys.V4_20.XenAbi.XEN_DOMCTL_INTERFACE_VERSION, Architecture.X64) => typeof(Sys.V4_20.X86_64.xen_domctl_u),
            (Sys.V4_14.XenAbi.XEN_DOMCTL_INTERFACE_VERSION, Architecture.Arm64) => typeof(Sys.V4_14.Arm64.xen_domctl_u),
            (Sys.V4_17.XenAbi.XEN_DOMCTL_INTERFACE_VERSION, Architecture.Arm64) => typeof(Sys.V4_17.Arm64.xen_domctl_u),
            (Sys.V4_20.XenAbi.XEN_DOMCTL_INTERFACE_VERSION, Architecture.Arm64) => typeof(Sys.V4_20.Arm64.xen_domctl_u),
            _ => null,
        });

    /// <summary>The structure of a sysctl, behind the head.</summary>
    /// <param name="version">The interface version, which says whose structures they are.</param>
    /// <param name="operation">The command.</param>
    /// <returns>Null if the version is not known here, or the operation has no structure.</returns>
    internal static StructureLayout? OfSysctl(uint version, uint operation) => Control(
        HypercallNames.SubOperation(XenAbi.__HYPERVISOR_sysctl, operation),
        (version, RuntimeInformation.ProcessArchitecture) switch
        {
            (Sys.V4_14.XenAbi.XEN_SYSCTL_INTERFACE_VERSION, Architecture.X64) => typeof(Sys.V4_14.X86_64.xen_sysctl_u),
            (Sys.V4_17.XenAbi.XEN_SYSCTL_INTERFACE_VERSION, Architecture.X64) => typeof(Sys.V4_17.X86_64.xen_sysctl_u),
            (Sys.V4_14.XenAbi.XEN_SYSCTL_INTERFACE_VERSION, Architecture.Arm64) => typeof(Sys.V4_14.Arm64.xen_sysctl_u),
            (Sys.V4_17.XenAbi.XEN_SYSCTL_INTERFACE_VERSION, Architecture.Arm64) => typeof(Sys.V4_17.Arm64.xen_sysctl_u),
            _ => null,
        });

    private static HypercallShape? Make(Type? type, int register = 1, int? countRegister = null)
    {
        if (type is null)
            return null;
        var layout = type == typeof(DomainId) ? OneDomain : StructureLayout.Of(type);
        return new HypercallShape(layout, register, countRegister);
    }

    private static HypercallShape? Text(string? operation) => operation
        is "extraversion" or "capabilities" or "changeset" or "commandline"
            ? new HypercallShape(Layout: null)
            : null;

    private static StructureLayout? Control(string? operation, Type? union)
    {
        if (operation is null || union is null)
            return null;
        var members = StructureLayout.Of(union);
        return members.Member(operation) ?? members.Member(MemberOf(operation));
    }

    // Two operations often share one member of the union.
    private static string MemberOf(string operation) => operation switch
    {
        "deassign_device" or "test_assign_device" => "assign_device",
        "unbind_pt_irq" => "bind_pt_irq",
        "gettscinfo" or "settscinfo" => "tsc_info",
        "setvnumainfo" => "vnuma",
        "get_paging_mempool_size" or "set_paging_mempool_size" => "paging_mempool",
        "gdbsx_guestmemio" => "gdbsx_guest_memio",
        "gdbsx_pausevcpu" or "gdbsx_unpausevcpu" => "gdbsx_pauseunp_vcpu",
        "page_offline_op" => "page_offline",
        "livepatch_op" => "livepatch",
        _ when operation.StartsWith("get", StringComparison.Ordinal) || operation.StartsWith("set", StringComparison.Ordinal) =>
            operation[3..].TrimStart('_'),
        _ => operation,
    };
}

using System.Linq;
using Xen.Sys;
using V4_17Abi = Xen.Sys.V4_17.XenAbi;

namespace Xen.Testing.Hypervisor;

/// <content>sysctl: the list of domains, and a machine with one CPU.</content>
// SAFETY: there is memory for xen_sysctl, which every version and architecture has at one size, at the argument, and what
// that points to is as long as it says: the caller of the real Xen has to see to the same.
public sealed unsafe partial class SimulatedXen
{
    private const int SysctlPayloadOffset = 8;
    private const uint CpuFrequency = 2_000_000;
    private const ulong MachinePages = 0x100000;

    private HypercallResult Sysctl(Caller caller, void* argument)
    {
        var operation = (Sys.V4_17.X86_64.xen_sysctl*)argument;
        if (operation->interface_version != SysctlVersion)
            return HypercallResult.Failure(XenAbi.XEN_EACCES);
        if (!caller.IsPrivileged)
            return HypercallResult.Failure(XenAbi.XEN_EPERM);

        var payload = (byte*)argument + SysctlPayloadOffset;
        var isOldForm = SysctlVersion == Sys.V4_14.XenAbi.XEN_SYSCTL_INTERFACE_VERSION;
        switch (operation->cmd)
        {
            case V4_17Abi.XEN_SYSCTL_physinfo when isOldForm:
                Describe((Sys.V4_14.xen_sysctl_physinfo*)payload);
                return default;
            case V4_17Abi.XEN_SYSCTL_physinfo:
                Describe((Sys.V4_17.xen_sysctl_physinfo*)payload);
                return default;
            case V4_17Abi.XEN_SYSCTL_getdomaininfolist:
                ListDomains((Sys.V4_17.xen_sysctl_getdomaininfolist*)payload, isOldForm);
                return default;
            default:
                return HypercallResult.Failure(XenAbi.XEN_ENOSYS);
        }
    }

    private static void Describe(Sys.V4_14.xen_sysctl_physinfo* info) => *info = new Sys.V4_14.xen_sysctl_physinfo
    {
        threads_per_core = 1,
        cores_per_socket = 1,
        nr_cpus = 1,
        nr_nodes = 1,
        cpu_khz = CpuFrequency,
        capabilities = Sys.V4_14.XenAbi.XEN_SYSCTL_PHYSCAP_hvm | Sys.V4_14.XenAbi.XEN_SYSCTL_PHYSCAP_hap,
        total_pages = MachinePages,
        free_pages = MachinePages / 2,
        max_mfn = MachinePages - 1,
    };

    private static void Describe(Sys.V4_17.xen_sysctl_physinfo* info) => *info = new Sys.V4_17.xen_sysctl_physinfo
    {
        threads_per_core = 1,
        cores_per_socket = 1,
        nr_cpus = 1,
        nr_nodes = 1,
        cpu_khz = CpuFrequency,
        capabilities = V4_17Abi.XEN_SYSCTL_PHYSCAP_hvm | V4_17Abi.XEN_SYSCTL_PHYSCAP_hap,
        total_pages = MachinePages,
        free_pages = MachinePages / 2,
        max_mfn = MachinePages - 1,
    };

    private void ListDomains(Sys.V4_17.xen_sysctl_getdomaininfolist* list, bool isOldForm)
    {
        var target = list->buffer.Pointer;
        list->num_domains = 0;
        if (list->first_domain == 0 && list->max_domains > 0)
        {
            DescribeDomain0(target, isOldForm);
            list->num_domains = 1;
        }

        var others = _domains.Values.Where(d => d.Id.Value >= list->first_domain).OrderBy(d => d.Id.Value);
        foreach (var domain in others)
        {
            if (list->num_domains == list->max_domains)
                break;
            Describe(domain, target + (list->num_domains++ * SizeOfDescription(isOldForm)), isOldForm);
        }
    }
}

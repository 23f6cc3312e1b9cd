using System;
using System.Runtime.InteropServices;
using V4_17Abi = Xen.Sys.V4_17.XenAbi;

namespace Xen.Testing.Hypervisor;

/// <content>Descriptions of domains, in the form of the version that is spoken.</content>
// SAFETY: callers pass room for the form; all forms begin as 4.14's on x86 does, which is the shortest.
public sealed unsafe partial class SimulatedXen
{
    private const ulong Domain0Pages = 0x40000;
    private const byte PhysicalAddressBits = 40;

    private int SizeOfDescription(bool isOldForm) => (isOldForm, Architecture == Architecture.Arm64) switch
    {
        (true, false) => sizeof(Sys.V4_14.X86_64.xen_domctl_getdomaininfo),
        (true, true) => sizeof(Sys.V4_14.Arm64.xen_domctl_getdomaininfo),
        (false, false) => sizeof(Sys.V4_17.X86_64.xen_domctl_getdomaininfo),
        (false, true) => sizeof(Sys.V4_17.Arm64.xen_domctl_getdomaininfo),
    };

    private void DescribeDomain0(byte* target, bool isOldForm)
    {
        var info = Clear(target, isOldForm);
        info->flags = V4_17Abi.XEN_DOMINF_running;
        info->tot_pages = Domain0Pages;
        info->max_pages = uint.MaxValue;
        info->nr_online_vcpus = 1;
    }

    private void Describe(SimulatedDomain domain, byte* target, bool isOldForm)
    {
        var info = Clear(target, isOldForm);
        info->domain = domain.Id.Value;
        info->flags = domain.Flags;
        info->tot_pages = (ulong)domain.Reservation;
        info->max_pages = domain.MaximumPages;
        info->nr_online_vcpus = (uint)domain.Vcpus.Count;
        info->max_vcpu_id = (uint)domain.Vcpus.Count - 1;
        _ = domain.Handle.TryWriteBytes(info->handle.AsSpan(), bigEndian: true, out _);

        var emulation = Architecture == Architecture.X64 ? EmulationOf(domain.Kind) : 0;
        if (isOldForm)
            info->arch_config.emulation_flags = emulation;
        else
            ((Sys.V4_17.X86_64.xen_domctl_getdomaininfo*)target)->arch_config.emulation_flags = emulation;
    }

    // A PVH domain has local APICs only.
    private static uint EmulationOf(SimulatedDomainKind kind) => kind switch
    {
        SimulatedDomainKind.Pv => 0,
        SimulatedDomainKind.Pvh => Sys.X86_64.XenAbi.XEN_X86_EMU_LAPIC,
        _ => Sys.X86_64.XenAbi.XEN_X86_EMU_LAPIC | Sys.X86_64.XenAbi.XEN_X86_EMU_HPET
            | Sys.X86_64.XenAbi.XEN_X86_EMU_PM | Sys.X86_64.XenAbi.XEN_X86_EMU_RTC
            | Sys.X86_64.XenAbi.XEN_X86_EMU_IOAPIC | Sys.X86_64.XenAbi.XEN_X86_EMU_PIC
            | Sys.X86_64.XenAbi.XEN_X86_EMU_VGA | Sys.X86_64.XenAbi.XEN_X86_EMU_PIT,
    };

    private Sys.V4_14.X86_64.xen_domctl_getdomaininfo* Clear(byte* target, bool isOldForm)
    {
        new Span<byte>(target, SizeOfDescription(isOldForm)).Clear();
        if (!isOldForm)
            ((Sys.V4_17.X86_64.xen_domctl_getdomaininfo*)target)->gpaddr_bits = PhysicalAddressBits;
        return (Sys.V4_14.X86_64.xen_domctl_getdomaininfo*)target;
    }
}

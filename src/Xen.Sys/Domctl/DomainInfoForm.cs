using System;
using System.Runtime.InteropServices;

namespace Xen.Sys;

/// <summary>
/// Reads <c>struct xen_domctl_getdomaininfo</c>, public/domctl.h, in the form of a release and an architecture. domctl
/// answers with one; sysctl with a list of them.
/// </summary>
/// <remarks>
/// All forms begin alike; what the architecture adds stands at the end, behind the width of addresses that 4.14 does not
/// have. Those of 4.17 and 4.20 are the same.
/// </remarks>
internal static unsafe class DomainInfoForm
{
    /// <summary>Bytes from one to the next in a list.</summary>
    internal static int SizeOf(ControlForm form, Architecture architecture) =>
        (form == ControlForm.V4_14, architecture == Architecture.Arm64) switch
        {
            (true, false) => sizeof(V4_14.X86_64.xen_domctl_getdomaininfo),
            (true, true) => sizeof(V4_14.Arm64.xen_domctl_getdomaininfo),
            (false, false) => sizeof(V4_17.X86_64.xen_domctl_getdomaininfo),
            (false, true) => sizeof(V4_17.Arm64.xen_domctl_getdomaininfo),
        };

    // SAFETY: callers pass at least as many bytes as SizeOf says for the form; 4.14's on x86 is the shortest of all.
    internal static DomainInfo Read(byte* source, ControlForm form, Architecture architecture)
    {
        var common = (V4_14.X86_64.xen_domctl_getdomaininfo*)source;
        byte addressBits = 0;
        uint emulation = 0;
        if (form != ControlForm.V4_14)
        {
            var extended = (V4_17.X86_64.xen_domctl_getdomaininfo*)source;
            addressBits = extended->gpaddr_bits;
            if (architecture == Architecture.X64)
                emulation = extended->arch_config.emulation_flags;
        }
        else if (architecture == Architecture.X64)
        {
            emulation = common->arch_config.emulation_flags;
        }

        return new DomainInfo
        {
            Id = new DomainId(common->domain),
            Flags = common->flags,
            TotalPages = common->tot_pages,
            MaximumPages = common->max_pages,
            OutstandingPages = common->outstanding_pages,
            SharedPages = common->shr_pages,
            PagedPages = common->paged_pages,
            SharedInfoFrame = new GuestFrameNumber(common->shared_info_frame),
            CpuTime = common->cpu_time,
            OnlineVcpus = common->nr_online_vcpus,
            MaximumVcpuId = common->max_vcpu_id,
            SecurityId = common->ssidref,
            Handle = new Guid(common->handle.AsSpan(), bigEndian: true),
            CpuPool = common->cpupool,
            PhysicalAddressBits = addressBits,
            X86EmulationFlags = emulation,
        };
    }
}

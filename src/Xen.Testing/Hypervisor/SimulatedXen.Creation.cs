using System;
using System.Linq;
using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>Domains that are made by domctl. All forms of the configuration begin as 4.14's on x86 does.</content>
// SAFETY: callers pass the union of a frame, which is larger than any form of the configuration.
public sealed unsafe partial class SimulatedXen
{
    // What x86 has room for. On Arm it depends on the interrupt controller.
    private const uint MaximumHvmVcpus = 128;

    private readonly System.Threading.Lock _creation = new();

    private HypercallResult Create(ref ushort id, Sys.V4_14.X86_64.xen_domctl_createdomain* configuration)
    {
        if (configuration->max_vcpus == 0)
            return Invalid;
        var kind = KindOf(configuration);
        if (kind != SimulatedDomainKind.Pv && configuration->max_vcpus > MaximumHvmVcpus)
            return Invalid;
        lock (_creation)
        {
            var requested = new DomainId(id);
            if (IsReservedOrNone(requested))
                requested = new DomainId((ushort)Enumerable.Range(1, int.MaxValue).First(free => !Exists(new DomainId((ushort)free))));
            else if (Exists(requested))
                return HypercallResult.Failure(XenAbi.XEN_EEXIST);

            var handle = new Guid(configuration->handle.AsSpan(), bigEndian: true);
            var domain = SimulatedDomain.Unfurnished(this, requested, kind, handle, configuration->max_vcpus);
            domain.MaximumPort = uint.Min(configuration->max_evtchn_port, domain.MaximumPort);

            // Less than 0 is the hypervisor's own limit.
            if (configuration->max_grant_frames >= 0)
                domain.Grants.MaximumFrames = (uint)configuration->max_grant_frames;
            _domains[requested] = domain;
            id = requested.Value;
            return default;
        }
    }

    private static bool IsReservedOrNone(DomainId id) => id.Value == 0 || id.Value >= XenAbi.DOMID_FIRST_RESERVED;

    // Local APICs are all the hardware that Xen emulates for a PVH domain.
    private SimulatedDomainKind KindOf(Sys.V4_14.X86_64.xen_domctl_createdomain* configuration)
    {
        if (((DomainCreationOptions)configuration->flags & DomainCreationOptions.Hvm) == 0)
            return SimulatedDomainKind.Pv;
        if (Architecture != Architecture.X64)
            return SimulatedDomainKind.Pvh;
        var emulated = DomctlVersion switch
        {
            Sys.V4_14.XenAbi.XEN_DOMCTL_INTERFACE_VERSION => configuration->arch.emulation_flags,
            Sys.V4_17.XenAbi.XEN_DOMCTL_INTERFACE_VERSION =>
                ((Sys.V4_17.X86_64.xen_domctl_createdomain*)configuration)->arch.emulation_flags,
            _ => ((Sys.V4_20.X86_64.xen_domctl_createdomain*)configuration)->arch.emulation_flags,
        };
        return (emulated & ~Sys.X86_64.XenAbi.XEN_X86_EMU_LAPIC) == 0 ? SimulatedDomainKind.Pvh : SimulatedDomainKind.Hvm;
    }
}

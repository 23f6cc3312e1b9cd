using System;

namespace Xen.Sys;

/// <summary>The state of a domain. C origin: <c>struct xen_domctl_getdomaininfo</c>, public/domctl.h.</summary>
/// <remarks>The bits of <see cref="Flags"/> are the same in every release.</remarks>
public readonly record struct DomainInfo
{
    /// <summary>The domain that is described.</summary>
    public DomainId Id { get; init; }

    /// <summary><c>XEN_DOMINF_*</c> bits, and the shutdown code above them.</summary>
    public uint Flags { get; init; }

    /// <summary>Pages that it has, of 4 KiB.</summary>
    public ulong TotalPages { get; init; }

    /// <summary>Pages that it may have. <see cref="Domctl.SetMaximumMemory"/> sets it.</summary>
    public ulong MaximumPages { get; init; }

    /// <summary>Pages that it has claimed and does not have yet.</summary>
    public ulong OutstandingPages { get; init; }

    /// <summary>Pages that it shares with others.</summary>
    public ulong SharedPages { get; init; }

    /// <summary>Pages that are paged out.</summary>
    public ulong PagedPages { get; init; }

    /// <summary>The frame of its shared information page, as its own frame number if its memory is translated.</summary>
    public GuestFrameNumber SharedInfoFrame { get; init; }

    /// <summary>Time that its vCPUs have run, all together, in nanoseconds.</summary>
    public ulong CpuTime { get; init; }

    /// <summary>vCPUs that are on line.</summary>
    public uint OnlineVcpus { get; init; }

    /// <summary>The highest number of a vCPU; <c>XEN_INVALID_MAX_VCPU_ID</c>, all ones, if it has none.</summary>
    public uint MaximumVcpuId { get; init; }

    /// <summary>Its label, if Xen has a security policy.</summary>
    public uint SecurityId { get; init; }

    /// <summary>The UUID that its toolstack gave it, as it is written: the first byte first.</summary>
    public Guid Handle { get; init; }

    /// <summary>The pool of physical CPUs that it runs on.</summary>
    public uint CpuPool { get; init; }

    /// <summary>Width of its physical addresses in bits; 0 if the release does not say: 4.14 does not.</summary>
    public byte PhysicalAddressBits { get; init; }

    /// <summary><c>XEN_X86_EMU_*</c> bits: what Xen emulates for it. 0 on other architectures.</summary>
    public uint X86EmulationFlags { get; init; }

    /// <summary>True for HVM and PVH domains and for every domain on Arm, false for PV ones.</summary>
    public bool IsHvm => Has(V4_20.XenAbi.XEN_DOMINF_hvm_guest);

    /// <summary>
    /// True once the domain is torn down, for as long as others hold something of it; false while that is going on.
    /// <see cref="Domctl.GetDomainState"/> tells the two apart, from Xen 4.21 on.
    /// </summary>
    public bool IsDying => Has(V4_20.XenAbi.XEN_DOMINF_dying);

    /// <summary>True if the guest has stopped: see <see cref="ShutdownReason"/>.</summary>
    public bool IsShutDown => Has(V4_20.XenAbi.XEN_DOMINF_shutdown);

    /// <summary>True if its toolstack has paused it.</summary>
    public bool IsPaused => Has(V4_20.XenAbi.XEN_DOMINF_paused);

    /// <summary>True if every vCPU that is on line waits for an event.</summary>
    public bool IsBlocked => Has(V4_20.XenAbi.XEN_DOMINF_blocked);

    /// <summary>True if any vCPU is on a physical CPU right now.</summary>
    public bool IsRunning => Has(V4_20.XenAbi.XEN_DOMINF_running);

    /// <summary>True if a debugger is attached.</summary>
    public bool IsDebugged => Has(V4_20.XenAbi.XEN_DOMINF_debugged);

    /// <summary>True for the domain that XenStore runs in, if it was made as one.</summary>
    public bool IsXenStore => Has(V4_20.XenAbi.XEN_DOMINF_xs_domain);

    /// <summary>True if the hardware translates its memory.</summary>
    public bool HasHardwareAssistedPaging => Has(V4_20.XenAbi.XEN_DOMINF_hap);

    /// <summary>Why it stopped: a <c>SHUTDOWN_*</c> number, public/sched.h. Meaningless while it runs.</summary>
    public uint ShutdownReason =>
        (Flags >> V4_20.XenAbi.XEN_DOMINF_shutdownshift) & V4_20.XenAbi.XEN_DOMINF_shutdownmask;

    /// <summary>True if Xen emulates an I/O APIC for it: HVM domains on x86, not PVH ones.</summary>
    public bool EmulatesIoApic => (X86EmulationFlags & X86_64.XenAbi.XEN_X86_EMU_IOAPIC) != 0;

    private bool Has(uint flag) => (Flags & flag) != 0;
}

using System;

namespace Xen.Sys;

/// <summary>
/// What a new domain shall be, whichever release makes it. C origin: <c>struct xen_domctl_createdomain</c> and
/// <c>struct xen_arch_domainconfig</c>, public/domctl.h and public/arch-*.h.
/// </summary>
/// <remarks>
/// A field that a release or an architecture does not have must keep its default of 0: any other value makes
/// <see cref="Domctl.CreateDomain"/> answer EINVAL, so that nothing that was asked for is left out in silence.
/// </remarks>
public readonly record struct DomainConfiguration
{
    /// <summary>Its label, if Xen has a security policy.</summary>
    public uint SecurityId { get; init; }

    /// <summary>A UUID by which its toolstack knows it; Xen only keeps it.</summary>
    public Guid Handle { get; init; }

    /// <summary>What kind of domain it is.</summary>
    public DomainCreationOptions Flags { get; init; }

    /// <summary><c>XEN_DOMCTL_IOMMU_*</c> bits.</summary>
    public uint IommuOptions { get; init; }

    /// <summary>How many vCPUs it will have, at least one.</summary>
    public uint MaximumVcpus { get; init; }

    /// <summary>The highest event channel port that it may use.</summary>
    public uint MaximumEventChannelPort { get; init; }

    /// <summary>How large its grant table may grow, in frames; -1 is Xen's own limit.</summary>
    public int MaximumGrantFrames { get; init; }

    /// <summary>How many frames of others' grants it may keep track of; -1 is Xen's own limit.</summary>
    public int MaximumMaptrackFrames { get; init; }

    /// <summary>
    /// The highest version of grant tables that it may use, 1 or 2, which Xen must allow. 2 works with every release on x86,
    /// and 1 on Arm, where there is no other; 0 only in Xen 4.14, which sets no limit.
    /// </summary>
    public uint GrantVersion { get; init; }

    /// <summary><c>XEN_DOMCTL_ALTP2M_*</c>: how alternative memory maps are used. From Xen 4.20 on.</summary>
    public uint AlternativeMapMode { get; init; }

    /// <summary>Bytes of trace buffer for each vCPU, 0 for none. Not in Xen 4.14.</summary>
    public uint TraceSize { get; init; }

    /// <summary>The pool of physical CPUs that it runs on. Only pool 0 in Xen 4.14.</summary>
    public uint CpuPool { get; init; }

    /// <summary>x86: <c>XEN_X86_EMU_*</c> bits, what Xen emulates for it.</summary>
    public uint X86EmulationFlags { get; init; }

    /// <summary>x86: <c>XEN_X86_MSR_RELAXED</c> and the like. Not in Xen 4.14.</summary>
    public uint X86MiscellaneousFlags { get; init; }

    /// <summary>Arm: <c>XEN_DOMCTL_CONFIG_GIC_*</c>; 0 is the host's own. <see cref="CreatedDomain"/> names it.</summary>
    public byte ArmGicVersion { get; init; }

    /// <summary>Arm: vector length of SVE in units of 128 bits, 0 without. From Xen 4.20's form on.</summary>
    public byte ArmSveVectorLength { get; init; }

    /// <summary>Arm: <c>XEN_DOMCTL_CONFIG_TEE_*</c>, the trusted environment that it may reach.</summary>
    public ushort ArmTeeType { get; init; }

    /// <summary>Arm: how many shared peripheral interrupts it has.</summary>
    public uint ArmSharedInterrupts { get; init; }

    internal bool IsForX86 => (ArmGicVersion, ArmSveVectorLength, ArmTeeType, ArmSharedInterrupts) == default;

    internal bool IsForArm => (X86EmulationFlags, X86MiscellaneousFlags) == default;
}

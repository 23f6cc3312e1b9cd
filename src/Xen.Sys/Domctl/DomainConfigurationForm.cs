using System.Runtime.InteropServices;

namespace Xen.Sys;

/// <summary>
/// Writes a <see cref="DomainConfiguration"/> in the form of a release and an architecture, and reads what came of it.
/// </summary>
/// <remarks>
/// All forms begin alike, to the end of 4.14's fields; the rest is written by one method for each form, which refuses what
/// it has no field for.
/// </remarks>
// SAFETY: the caller's memory is larger than any form, and zeroed to be written.
internal static unsafe class DomainConfigurationForm
{
    /// <summary>Writes it.</summary>
    /// <returns>False if the form cannot express it.</returns>
    internal static bool TryWrite(
        in DomainConfiguration configuration, ControlForm form, Architecture architecture, byte* target)
    {
        if (!WriteCommon(configuration, form, (V4_14.X86_64.xen_domctl_createdomain*)target))
            return false;

        return architecture == Architecture.Arm64
            ? configuration.IsForArm && form switch
            {
                ControlForm.V4_14 => Write(configuration, (V4_14.Arm64.xen_domctl_createdomain*)target),
                ControlForm.V4_17 => Write(configuration, (V4_17.Arm64.xen_domctl_createdomain*)target),
                _ => Write(configuration, (V4_20.Arm64.xen_domctl_createdomain*)target),
            }
            : configuration.IsForX86 && form switch
            {
                ControlForm.V4_14 => Write(configuration, (V4_14.X86_64.xen_domctl_createdomain*)target),
                ControlForm.V4_17 => Write(configuration, (V4_17.X86_64.xen_domctl_createdomain*)target),
                _ => Write(configuration, (V4_20.X86_64.xen_domctl_createdomain*)target),
            };
    }

    /// <summary>Reads what Xen wrote over the configuration. On x86 that is nothing.</summary>
    internal static CreatedDomain Read(DomainId id, ControlForm form, Architecture architecture, byte* source)
    {
        if (architecture != Architecture.Arm64)
            return new CreatedDomain(id, 0, 0);

        // SAFETY: within the form.
        ref readonly var v4_14 = ref ((V4_14.Arm64.xen_domctl_createdomain*)source)->arch;
        ref readonly var v4_17 = ref ((V4_17.Arm64.xen_domctl_createdomain*)source)->arch;
        ref readonly var v4_20 = ref ((V4_20.Arm64.xen_domctl_createdomain*)source)->arch;
        return form switch
        {
            ControlForm.V4_14 => new CreatedDomain(id, v4_14.gic_version, v4_14.clock_frequency),
            ControlForm.V4_17 => new CreatedDomain(id, v4_17.gic_version, v4_17.clock_frequency),
            _ => new CreatedDomain(id, v4_20.gic_version, v4_20.clock_frequency),
        };
    }

    private static bool WriteCommon(
        in DomainConfiguration from, ControlForm form, V4_14.X86_64.xen_domctl_createdomain* to)
    {
        var highest = form switch
        {
            ControlForm.V4_14 => V4_14.XenAbi.XEN_DOMCTL_CDF_MAX,
            ControlForm.V4_17 => V4_17.XenAbi.XEN_DOMCTL_CDF_MAX,
            _ => V4_20.XenAbi.XEN_DOMCTL_CDF_MAX,
        };
        if ((uint)from.Flags >= highest << 1)
            return false;

        to->ssidref = from.SecurityId;
        _ = from.Handle.TryWriteBytes(to->handle.AsSpan(), bigEndian: true, out _);
        to->flags = (uint)from.Flags;
        to->iommu_opts = from.IommuOptions;
        to->max_vcpus = from.MaximumVcpus;
        to->max_evtchn_port = from.MaximumEventChannelPort;
        to->max_grant_frames = from.MaximumGrantFrames;
        to->max_maptrack_frames = from.MaximumMaptrackFrames;
        return true;
    }

    private static bool Write(in DomainConfiguration from, V4_14.X86_64.xen_domctl_createdomain* to)
    {
        to->arch.emulation_flags = from.X86EmulationFlags;
        return IsFor4_14(from) && from.GrantVersion is 0 or 2 && from.X86MiscellaneousFlags == 0;
    }

    private static bool Write(in DomainConfiguration from, V4_14.Arm64.xen_domctl_createdomain* to)
    {
        to->arch.gic_version = from.ArmGicVersion;
        to->arch.tee_type = from.ArmTeeType;
        to->arch.nr_spis = from.ArmSharedInterrupts;
        return IsFor4_14(from) && from.GrantVersion <= 2 && from.ArmSveVectorLength == 0;
    }

    private static bool Write(in DomainConfiguration from, V4_17.X86_64.xen_domctl_createdomain* to)
    {
        to->grant_opts = from.GrantVersion;
        to->vmtrace_size = from.TraceSize;
        to->cpupool_id = from.CpuPool;
        to->arch.emulation_flags = from.X86EmulationFlags;
        to->arch.misc_flags = from.X86MiscellaneousFlags;
        return IsFor4_17(from);
    }

    private static bool Write(in DomainConfiguration from, V4_17.Arm64.xen_domctl_createdomain* to)
    {
        to->grant_opts = from.GrantVersion;
        to->vmtrace_size = from.TraceSize;
        to->cpupool_id = from.CpuPool;
        to->arch.gic_version = from.ArmGicVersion;
        to->arch.tee_type = from.ArmTeeType;
        to->arch.nr_spis = from.ArmSharedInterrupts;
        return IsFor4_17(from) && from.ArmSveVectorLength == 0;
    }

    private static bool Write(in DomainConfiguration from, V4_20.X86_64.xen_domctl_createdomain* to)
    {
        to->grant_opts = from.GrantVersion;
        to->altp2m_opts = from.AlternativeMapMode;
        to->vmtrace_size = from.TraceSize;
        to->cpupool_id = from.CpuPool;
        to->arch.emulation_flags = from.X86EmulationFlags;
        to->arch.misc_flags = from.X86MiscellaneousFlags;
        return HasGrantVersion(from);
    }

    private static bool Write(in DomainConfiguration from, V4_20.Arm64.xen_domctl_createdomain* to)
    {
        to->grant_opts = from.GrantVersion;
        to->altp2m_opts = from.AlternativeMapMode;
        to->vmtrace_size = from.TraceSize;
        to->cpupool_id = from.CpuPool;
        to->arch.gic_version = from.ArmGicVersion;
        to->arch.sve_vl = from.ArmSveVectorLength;
        to->arch.tee_type = from.ArmTeeType;
        to->arch.nr_spis = from.ArmSharedInterrupts;
        return HasGrantVersion(from);
    }

    // The form has no limit for grant versions: 0, or the highest that the architecture has, asks for none.
    private static bool IsFor4_14(in DomainConfiguration from) =>
        (from.AlternativeMapMode, from.TraceSize, from.CpuPool) == default;

    private static bool IsFor4_17(in DomainConfiguration from) =>
        from.AlternativeMapMode == 0 && HasGrantVersion(from);

    private static bool HasGrantVersion(in DomainConfiguration from) =>
        from.GrantVersion <= V4_20.XenAbi.XEN_DOMCTL_GRANT_version_mask;
}

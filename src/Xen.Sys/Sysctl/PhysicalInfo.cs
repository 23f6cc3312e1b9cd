namespace Xen.Sys;

/// <summary>The machine that Xen runs on. C origin: <c>struct xen_sysctl_physinfo</c>, public/sysctl.h.</summary>
public readonly record struct PhysicalInfo
{
    /// <summary>Hardware threads in each core.</summary>
    public uint ThreadsPerCore { get; init; }

    /// <summary>Cores in each socket.</summary>
    public uint CoresPerSocket { get; init; }

    /// <summary>CPUs that are on line.</summary>
    public uint CpuCount { get; init; }

    /// <summary>The highest number of a CPU.</summary>
    public uint MaximumCpuId { get; init; }

    /// <summary>NUMA nodes that are on line.</summary>
    public uint NodeCount { get; init; }

    /// <summary>The highest number of a node.</summary>
    public uint MaximumNodeId { get; init; }

    /// <summary>Frequency of the CPUs in kHz.</summary>
    public uint CpuFrequency { get; init; }

    /// <summary><c>XEN_SYSCTL_PHYSCAP_*</c> bits: the same in all releases, of which later ones have more.</summary>
    public uint Capabilities { get; init; }

    /// <summary>Capabilities of the architecture, <c>XEN_SYSCTL_PHYSCAP_ARM_*</c>; 0 in Xen 4.14.</summary>
    public uint ArchitectureCapabilities { get; init; }

    /// <summary>Memory in pages of 4 KiB.</summary>
    public ulong TotalPages { get; init; }

    /// <summary>Pages that no one has.</summary>
    public ulong FreePages { get; init; }

    /// <summary>Pages that still have to be cleared before anyone gets them.</summary>
    public ulong ScrubPages { get; init; }

    /// <summary>Free pages that domains have claimed.</summary>
    public ulong OutstandingPages { get; init; }

    /// <summary>The highest frame that has memory.</summary>
    public ulong MaximumFrame { get; init; }

    /// <summary>True if it can run HVM and PVH domains.</summary>
    public bool CanRunHvm => Has(V4_20.XenAbi.XEN_SYSCTL_PHYSCAP_hvm);

    /// <summary>True if it can run PV domains.</summary>
    public bool CanRunPv => Has(V4_20.XenAbi.XEN_SYSCTL_PHYSCAP_pv);

    /// <summary>True if domains can have devices of the host.</summary>
    public bool HasDirectIo => Has(V4_20.XenAbi.XEN_SYSCTL_PHYSCAP_directio);

    /// <summary>True if the hardware can translate a domain's memory.</summary>
    public bool HasHardwareAssistedPaging => Has(V4_20.XenAbi.XEN_SYSCTL_PHYSCAP_hap);

    private bool Has(uint capability) => (Capabilities & capability) != 0;
}

namespace Xen.Sys;

/// <summary>What a physical interrupt comes from. C origin: <c>MAP_PIRQ_TYPE_*</c>, public/physdev.h.</summary>
public enum PirqType
{
    /// <summary>A message of a device in segment 0.</summary>
    Msi = XenAbi.MAP_PIRQ_TYPE_MSI,

    /// <summary>A line into an I/O APIC.</summary>
    Gsi = XenAbi.MAP_PIRQ_TYPE_GSI,

    /// <summary>Not known.</summary>
    Unknown = XenAbi.MAP_PIRQ_TYPE_UNKNOWN,

    /// <summary>A message of a device in any segment.</summary>
    MsiInSegment = XenAbi.MAP_PIRQ_TYPE_MSI_SEG,

    /// <summary>Several messages of a device, without MSI-X.</summary>
    MultiMsi = XenAbi.MAP_PIRQ_TYPE_MULTI_MSI,
}

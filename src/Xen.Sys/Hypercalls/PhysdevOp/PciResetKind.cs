namespace Xen.Sys;

/// <summary>How a PCI device was reset. C origin: <c>PCI_DEVICE_RESET_*</c>, public/physdev.h.</summary>
public enum PciResetKind : uint
{
    /// <summary>Its power was off.</summary>
    Cold = XenAbi.PCI_DEVICE_RESET_COLD,

    /// <summary>Without its power being off.</summary>
    Warm = XenAbi.PCI_DEVICE_RESET_WARM,

    /// <summary>By its bus.</summary>
    Hot = XenAbi.PCI_DEVICE_RESET_HOT,

    /// <summary>That function alone.</summary>
    FunctionLevel = XenAbi.PCI_DEVICE_RESET_FLR,
}

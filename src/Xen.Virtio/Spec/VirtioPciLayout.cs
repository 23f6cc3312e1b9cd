namespace Xen.Virtio.Spec;

/// <summary>Constants of virtio over PCI, virtio 1.2 §4.1. Offsets and sizes in bytes.</summary>
public static class VirtioPciLayout
{
    /// <summary>The vendor of all virtio devices.</summary>
    public const ushort VendorId = 0x1af4;

    /// <summary>Added to the device type, gives the device of a function that is not legacy, §4.1.2.1.</summary>
    public const ushort DeviceIdBase = 0x1040;

    /// <summary>VIRTIO_MSI_NO_VECTOR: no interrupt.</summary>
    public const ushort NoVector = 0xffff;

    /// <summary>Size of <c>struct virtio_pci_cap</c>, §4.1.4.</summary>
    public const int CapabilityLength = 16;

    /// <summary>Size of the capability of the doorbells, which has a multiplier at its end, §4.1.4.4.</summary>
    public const int NotifyCapabilityLength = 20;

    /// <summary>Size of the capability for access through the configuration space, §4.1.4.9.</summary>
    public const int PciConfigCapabilityLength = 20;

    /// <summary>In a capability: its length, 8 bits.</summary>
    public const int CapabilityLengthOffset = 2;

    /// <summary>In a capability: <see cref="VirtioPciCapability"/>, 8 bits.</summary>
    public const int CapabilityTypeOffset = 3;

    /// <summary>In a capability: which base address register, 8 bits.</summary>
    public const int CapabilityBarOffset = 4;

    /// <summary>In a capability: where in the window, 32 bits.</summary>
    public const int CapabilityOffsetOffset = 8;

    /// <summary>In a capability: how long, 32 bits.</summary>
    public const int CapabilityLengthFieldOffset = 12;

    /// <summary>In the capability of the doorbells: distance of two doorbells, 32 bits.</summary>
    public const int NotifyMultiplierOffset = 16;

    /// <summary>In the capability for access through the configuration space: the data, 32 bits.</summary>
    public const int PciConfigDataOffset = 16;

    /// <summary>Length of the registers without those of features that are not offered, §4.1.4.3.</summary>
    public const uint CommonLength = 0x38;
}

namespace Xen.DeviceModel;

/// <summary>How a virtio device shows itself to its guest.</summary>
public enum BackendTransport
{
    /// <summary>virtio-mmio, at an address that the guest's firmware tables tell.</summary>
    Mmio,

    /// <summary>virtio-pci, at a place of the guest's PCI bus.</summary>
    Pci,
}

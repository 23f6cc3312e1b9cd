namespace Xen.Virtio.Spec;

/// <summary>What a vendor capability of a virtio device describes, virtio 1.2 §4.1.4, <c>cfg_type</c>.</summary>
public enum VirtioPciCapability
{
    /// <summary>VIRTIO_PCI_CAP_COMMON_CFG: the registers, <see cref="VirtioPciRegister"/>.</summary>
    Common = 1,

    /// <summary>VIRTIO_PCI_CAP_NOTIFY_CFG: the doorbells.</summary>
    Notify = 2,

    /// <summary>VIRTIO_PCI_CAP_ISR_CFG: why the pin is asserted.</summary>
    Isr = 3,

    /// <summary>VIRTIO_PCI_CAP_DEVICE_CFG: the device's configuration space.</summary>
    Device = 4,

    /// <summary>VIRTIO_PCI_CAP_PCI_CFG: a way to the others through the configuration space of the function.</summary>
    PciConfig = 5,
}

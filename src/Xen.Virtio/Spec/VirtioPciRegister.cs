namespace Xen.Virtio.Spec;

/// <summary>
/// Registers of virtio over PCI, <c>struct virtio_pci_common_cfg</c>, virtio 1.2 §4.1.4.3; the value is the offset in
/// bytes. The halves of a 64-bit register are accessed one by one or together.
/// </summary>
public enum VirtioPciRegister
{
    /// <summary>Selects 32 of the offered features. 32 bits.</summary>
    DeviceFeatureSelect = 0x00,

    /// <summary>Reads them. 32 bits.</summary>
    DeviceFeature = 0x04,

    /// <summary>Selects 32 of the accepted features. 32 bits.</summary>
    DriverFeatureSelect = 0x08,

    /// <summary>Takes them. 32 bits.</summary>
    DriverFeature = 0x0c,

    /// <summary>The vector for changes of the configuration. 16 bits.</summary>
    ConfigVector = 0x10,

    /// <summary>Reads the number of queues. 16 bits.</summary>
    QueueCount = 0x12,

    /// <summary>The device status, <see cref="Spec.DeviceStatus"/>. 8 bits.</summary>
    DeviceStatus = 0x14,

    /// <summary>Changes whenever the configuration space does. 8 bits.</summary>
    ConfigGeneration = 0x15,

    /// <summary>Selects the queue that the following registers speak of. 16 bits.</summary>
    QueueSelect = 0x16,

    /// <summary>The queue's size; after a reset the largest, 0 if there is no such queue. 16 bits.</summary>
    QueueSize = 0x18,

    /// <summary>The queue's vector. 16 bits.</summary>
    QueueVector = 0x1a,

    /// <summary>1 while the queue is in use. 16 bits.</summary>
    QueueEnable = 0x1c,

    /// <summary>Reads which doorbell is the queue's. 16 bits.</summary>
    QueueNotifyOffset = 0x1e,

    /// <summary>Descriptor table, bits 31..0.</summary>
    QueueDescLow = 0x20,

    /// <summary>Descriptor table, bits 63..32.</summary>
    QueueDescHigh = 0x24,

    /// <summary>Available ring, bits 31..0.</summary>
    QueueDriverLow = 0x28,

    /// <summary>Available ring, bits 63..32.</summary>
    QueueDriverHigh = 0x2c,

    /// <summary>Used ring, bits 31..0.</summary>
    QueueDeviceLow = 0x30,

    /// <summary>Used ring, bits 63..32.</summary>
    QueueDeviceHigh = 0x34,
}

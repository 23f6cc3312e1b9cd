namespace Xen.Virtio.Spec;

/// <summary>
/// Registers of virtio over MMIO, virtio 1.2 §4.2.2; the value is the offset in bytes. All are 32 bits wide.
/// Offsets of the legacy interface (§4.2.4) are not registers of a version 2 device.
/// </summary>
public enum MmioRegister
{
    /// <summary>Reads "virt".</summary>
    MagicValue = 0x000,

    /// <summary>Reads 2.</summary>
    Version = 0x004,

    /// <summary>Reads the device type.</summary>
    DeviceId = 0x008,

    /// <summary>Reads the subsystem vendor.</summary>
    VendorId = 0x00c,

    /// <summary>Reads 32 of the offered features.</summary>
    DeviceFeatures = 0x010,

    /// <summary>Selects which 32.</summary>
    DeviceFeaturesSel = 0x014,

    /// <summary>Takes 32 of the features that the driver accepts.</summary>
    DriverFeatures = 0x020,

    /// <summary>Selects which 32.</summary>
    DriverFeaturesSel = 0x024,

    /// <summary>Selects the queue that the queue registers speak of.</summary>
    QueueSel = 0x030,

    /// <summary>Reads the largest size of the queue; 0 if there is no such queue.</summary>
    QueueSizeMax = 0x034,

    /// <summary>Takes the size that the driver uses.</summary>
    QueueSize = 0x038,

    /// <summary>1 while the queue is in use.</summary>
    QueueReady = 0x044,

    /// <summary>Takes the index of a queue that has new buffers.</summary>
    QueueNotify = 0x050,

    /// <summary>Reads the reasons for the interrupt, <see cref="InterruptCauses"/>.</summary>
    InterruptStatus = 0x060,

    /// <summary>Takes the reasons that the driver has seen.</summary>
    InterruptAck = 0x064,

    /// <summary>The device status, <see cref="DeviceStatus"/>.</summary>
    Status = 0x070,

    /// <summary>Descriptor table, bits 31..0.</summary>
    QueueDescLow = 0x080,

    /// <summary>Descriptor table, bits 63..32.</summary>
    QueueDescHigh = 0x084,

    /// <summary>Available ring, bits 31..0.</summary>
    QueueDriverLow = 0x090,

    /// <summary>Available ring, bits 63..32.</summary>
    QueueDriverHigh = 0x094,

    /// <summary>Used ring, bits 31..0.</summary>
    QueueDeviceLow = 0x0a0,

    /// <summary>Used ring, bits 63..32.</summary>
    QueueDeviceHigh = 0x0a4,

    /// <summary>Selects a shared memory region.</summary>
    ShmSel = 0x0ac,

    /// <summary>Its length, bits 31..0; all ones if there is none.</summary>
    ShmLengthLow = 0x0b0,

    /// <summary>Its length, bits 63..32.</summary>
    ShmLengthHigh = 0x0b4,

    /// <summary>Its address, bits 31..0.</summary>
    ShmBaseLow = 0x0b8,

    /// <summary>Its address, bits 63..32.</summary>
    ShmBaseHigh = 0x0bc,

    /// <summary>Changes whenever the configuration space does.</summary>
    ConfigGeneration = 0x0fc,
}

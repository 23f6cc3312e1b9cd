namespace Xen.Virtio.Spec;

/// <summary>Device types, virtio 1.2 §5.</summary>
public enum VirtioDeviceId
{
    /// <summary>Block device, §5.2.</summary>
    Block = 2,

    /// <summary>Console device, §5.3.</summary>
    Console = 3,

    /// <summary>Entropy device, §5.4.</summary>
    Entropy = 4,

    /// <summary>I2C adapter device, §5.18.</summary>
    I2cAdapter = 34,

    /// <summary>GPIO device, §5.17.</summary>
    Gpio = 41,
}

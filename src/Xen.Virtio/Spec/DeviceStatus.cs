using System;

namespace Xen.Virtio.Spec;

/// <summary>The device status field, virtio 1.2 §2.1. Writing 0 resets the device.</summary>
[Flags]
public enum DeviceStatus
{
    /// <summary>Reset, or never touched.</summary>
    None = 0,

    /// <summary>The guest has noticed the device.</summary>
    Acknowledge = 1,

    /// <summary>The guest has a driver for it.</summary>
    Driver = 2,

    /// <summary>The driver is ready: the device may use the queues.</summary>
    DriverOk = 4,

    /// <summary>The negotiated features are agreed on. The device may refuse by not setting it.</summary>
    FeaturesOk = 8,

    /// <summary>Set by the device: something is broken beyond repair until it is reset, §2.1.2.</summary>
    NeedsReset = 64,

    /// <summary>The driver has given up.</summary>
    Failed = 128,
}

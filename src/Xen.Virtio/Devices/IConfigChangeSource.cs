using System;

namespace Xen.Virtio.Devices;

/// <summary>A device whose configuration space changes while it runs.</summary>
public interface IConfigChangeSource
{
    /// <summary>
    /// Changes together with the configuration, as one step: a driver that reads the same value before and after
    /// has read a consistent configuration (virtio 1.2 §2.5.1).
    /// </summary>
    uint ConfigGeneration { get; }

    /// <summary>Raised after each change, on any thread; the transport tells the driver.</summary>
    event EventHandler? ConfigChanged;
}

namespace Xen.Testing.Virtio;

/// <summary>How a driver of a PCI function wants to be interrupted.</summary>
public enum PciInterruptMode
{
    /// <summary>By messages: a vector for each queue, and one for changes of the configuration.</summary>
    Messages,

    /// <summary>By the pin.</summary>
    Pin,
}

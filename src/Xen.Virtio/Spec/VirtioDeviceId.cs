namespace Xen.Virtio.Spec;

/// <summary>Device types, virtio 1.2 §5.</summary>
public enum VirtioDeviceId
{
    /// <summary>Block device, §5.2.</summary>
    Block = 2,

    /// <summary>Entropy device, §5.4.</summary>
    Entropy = 4,
}

namespace Xen.Virtio.Spec;

/// <summary>Device types, virtio 1.2 §5.</summary>
public enum VirtioDeviceId
{
    /// <summary>Block device, §5.2.</summary>
    Block = 2,
}

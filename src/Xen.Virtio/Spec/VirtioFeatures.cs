namespace Xen.Virtio.Spec;

/// <summary>Feature bits that belong to no device type, virtio 1.2 §6.</summary>
public static class VirtioFeatures
{
    /// <summary>VIRTIO_F_VERSION_1: not a legacy device. Always offered, always required.</summary>
    public const ulong Version1 = 1UL << 32;

    /// <summary>
    /// VIRTIO_F_ACCESS_PLATFORM: buffer addresses pass through the platform's translation. A Xen guest uses grants
    /// only with devices that offer it.
    /// </summary>
    public const ulong AccessPlatform = 1UL << 33;
}

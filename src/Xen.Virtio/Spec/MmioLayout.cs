namespace Xen.Virtio.Spec;

/// <summary>Constants of virtio over MMIO, virtio 1.2 §4.2.2.</summary>
public static class MmioLayout
{
    /// <summary>"virt", little-endian.</summary>
    public const uint Magic = 0x74726976;

    /// <summary>The version that is not legacy.</summary>
    public const uint Version = 2;

    /// <summary>Where the registers end and the device's configuration space begins, in bytes.</summary>
    public const uint ConfigOffset = 0x100;
}

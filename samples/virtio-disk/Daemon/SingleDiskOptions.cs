using VirtioHosting.Daemon;
using Xen.Sys;

namespace VirtioDisk.Daemon;

/// <summary>What to serve, and to whom.</summary>
/// <param name="Domain">The guest.</param>
/// <param name="ImagePath">Raw image file or block device.</param>
/// <param name="MmioAddress">Where the guest expects the virtio-mmio registers.</param>
/// <param name="Irq">The I/O APIC input, as the guest's ACPI tables name it.</param>
/// <param name="IsReadOnly">Opens the image for reading, and tells the guest so.</param>
/// <param name="Guest">How the guest is served.</param>
internal sealed record SingleDiskOptions(
    DomainId Domain, string ImagePath, ulong MmioAddress, int Irq, bool IsReadOnly, GuestOptions Guest);

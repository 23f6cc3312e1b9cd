using System;

namespace VirtioDisk.Disks;

/// <summary>A disk that a user wants a guest to have.</summary>
/// <param name="Domain">The guest, by id or name.</param>
/// <param name="Image">Where its bytes are.</param>
/// <param name="Queues">How many queues it offers.</param>
/// <param name="IsPci">Whether it is on the PCI bus; if not, it is virtio-mmio.</param>
/// <param name="Base">The address of its registers; null for a free one.</param>
/// <param name="Irq">Its interrupt; null for a free one.</param>
/// <param name="PciSlot">Its place on the PCI bus; null for a free one.</param>
/// <param name="Number">Its number; null for a free one.</param>
/// <param name="Serial">What the guest reads as its serial number; null for none.</param>
/// <param name="Timeout">How long the daemon may take; zero: it is not waited for.</param>
internal sealed record DiskRequest(
    string Domain,
    ImageSpec Image,
    int Queues,
    bool IsPci,
    ulong? Base,
    int? Irq,
    string? PciSlot,
    uint? Number,
    string? Serial,
    TimeSpan Timeout);

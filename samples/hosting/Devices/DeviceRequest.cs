using System.Collections.Generic;
using Xen.Sys;

namespace VirtioHosting.Devices;

/// <summary>A device that a user wants a guest to have.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Domain">The guest.</param>
/// <param name="Keys">The keys that the kind wants.</param>
/// <param name="IsPci">Whether it is on the PCI bus; if not, it is virtio-mmio.</param>
/// <param name="Base">The address of its registers; null for a free one.</param>
/// <param name="Irq">Its interrupt; null for a free one.</param>
/// <param name="PciSlot">Its place on the PCI bus; null for a free one.</param>
/// <param name="Number">Its number; null for a free one.</param>
internal sealed record DeviceRequest(
    IDeviceKind Kind,
    DomainId Domain,
    IReadOnlyList<KeyValuePair<string, string>> Keys,
    bool IsPci,
    ulong? Base,
    int? Irq,
    string? PciSlot,
    uint? Number);

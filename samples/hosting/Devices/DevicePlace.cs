using System.Globalization;
using Xen.DeviceModel;
using Xen.Machine;

namespace VirtioHosting.Devices;

/// <summary>Where a guest finds a device.</summary>
/// <param name="IsPci">Whether by its PCI bus; if not, by virtio-mmio.</param>
/// <param name="Base">virtio-mmio: address of the registers.</param>
/// <param name="Irq">virtio-mmio: the interrupt.</param>
/// <param name="PciSlot">The place on the PCI bus, <c>00:10.0</c>.</param>
internal sealed record DevicePlace(bool IsPci, ulong Base, int Irq, string PciSlot)
{
    /// <summary>The place on the PCI bus.</summary>
    internal PciAddress PciAddress { get; private init; }

    internal static DevicePlace Mmio(ulong address, int irq) => new(IsPci: false, address, irq, "");

    /// <exception cref="UsageException">It is no place on a bus.</exception>
    internal static DevicePlace Pci(string slot) => PciAddress.TryParse(slot, CultureInfo.InvariantCulture, out var address)
        ? new(IsPci: true, 0, 0, slot) { PciAddress = address }
        : throw new UsageException($"pci = '{slot}', which is not a place on a PCI bus");

    /// <summary>The place that a device's keys name.</summary>
    /// <exception cref="UsageException">They name none.</exception>
    internal static DevicePlace Of(BackendDevice device) =>
        device.Transport == BackendTransport.Pci ? Pci(device.PciSlot) : Mmio(device.Base, device.Irq);

    /// <inheritdoc/>
    public override string ToString() => IsPci ? $"virtio-pci at {PciSlot}" : $"virtio-mmio at 0x{Base:x}, irq {Irq}";
}

namespace VirtioDisk.Disks;

/// <summary>Where a guest finds a disk.</summary>
/// <param name="IsPci">Whether by its PCI bus; if not, by virtio-mmio.</param>
/// <param name="Base">virtio-mmio: address of the registers.</param>
/// <param name="Irq">virtio-mmio: the interrupt.</param>
/// <param name="PciSlot">The place on the PCI bus, <c>00:10.0</c>.</param>
internal sealed record DiskPlace(bool IsPci, ulong Base, int Irq, string PciSlot)
{
    internal static DiskPlace Mmio(ulong address, int irq) => new(IsPci: false, address, irq, "");

    internal static DiskPlace Pci(string slot) => new(IsPci: true, 0, 0, slot);

    /// <inheritdoc/>
    public override string ToString() => IsPci ? $"virtio-pci at {PciSlot}" : $"virtio-mmio at 0x{Base:x}, irq {Irq}";
}

namespace Xen.Machine;

/// <summary>What a PCI function says that it is.</summary>
/// <param name="Vendor">Vendor.</param>
/// <param name="Device">Device, as its vendor numbers it.</param>
/// <param name="Revision">Revision.</param>
/// <param name="ClassCode">Class, subclass and interface, 24 bits.</param>
/// <param name="SubsystemVendor">Who has built the device in.</param>
/// <param name="Subsystem">Subsystem, as that vendor numbers it.</param>
public readonly record struct PciIdentity(
    ushort Vendor, ushort Device, byte Revision, uint ClassCode, ushort SubsystemVendor, ushort Subsystem);

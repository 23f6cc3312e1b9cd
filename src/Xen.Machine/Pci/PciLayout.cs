namespace Xen.Machine;

/// <summary>Where things are in the configuration space of a PCI function, in bytes (PCI Local Bus 3.0, §6).</summary>
public static class PciLayout
{
    /// <summary>Length of the configuration space.</summary>
    public const int ConfigLength = 256;

    /// <summary>Vendor, 16 bits.</summary>
    public const int VendorOffset = 0x00;

    /// <summary>Device, 16 bits.</summary>
    public const int DeviceOffset = 0x02;

    /// <summary>Command, 16 bits; see <see cref="PciCommands"/>.</summary>
    public const int CommandOffset = 0x04;

    /// <summary>Status, 16 bits.</summary>
    public const int StatusOffset = 0x06;

    /// <summary>Revision, 8 bits.</summary>
    public const int RevisionOffset = 0x08;

    /// <summary>Class code, 24 bits.</summary>
    public const int ClassOffset = 0x09;

    /// <summary>The first of six base address registers, 32 bits each.</summary>
    public const int BarOffset = 0x10;

    /// <summary>How many base address registers there are.</summary>
    public const int BarCount = 6;

    /// <summary>Subsystem vendor, 16 bits.</summary>
    public const int SubsystemVendorOffset = 0x2c;

    /// <summary>Subsystem, 16 bits.</summary>
    public const int SubsystemOffset = 0x2e;

    /// <summary>Offset of the first capability, 8 bits.</summary>
    public const int CapabilitiesOffset = 0x34;

    /// <summary>What the firmware notes about the interrupt's routing, 8 bits.</summary>
    public const int InterruptLineOffset = 0x3c;

    /// <summary>Which pin the function uses, 8 bits: 1 is INTA.</summary>
    public const int InterruptPinOffset = 0x3d;

    /// <summary>Where capabilities may begin.</summary>
    public const int FirstCapabilityOffset = 0x40;

    /// <summary>In the status: the function asks for an interrupt by its pin.</summary>
    public const ushort StatusInterrupt = 1 << 3;

    /// <summary>In the status: there are capabilities.</summary>
    public const ushort StatusCapabilities = 1 << 4;

    /// <summary>In a base address register: the window is placed by 64 bits.</summary>
    public const uint Bar64Bit = 1 << 2;

    /// <summary>In a base address register: the bits that are not address.</summary>
    public const uint BarFlags = 0xf;

    /// <summary>A capability that its vendor defines.</summary>
    public const byte VendorCapability = 0x09;

    /// <summary>The capability of message-signalled interrupts with a table.</summary>
    public const byte MsixCapability = 0x11;
}

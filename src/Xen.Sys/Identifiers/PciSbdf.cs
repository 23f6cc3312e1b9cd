using System.Globalization;

namespace Xen.Sys;

/// <summary>
/// A PCI function: segment, bus, device, function. The start and end of a range of
/// <see cref="IoSpace.PciConfiguration"/> are such values. C origin: <c>XEN_DMOP_PCI_SBDF</c>, public/hvm/dm_op.h.
/// </summary>
/// <param name="Value">segment &lt;&lt; 16 | bus &lt;&lt; 8 | device &lt;&lt; 3 | function.</param>
public readonly record struct PciSbdf(uint Value)
{
    /// <summary>Puts one together.</summary>
    /// <param name="segment">0 to 65535.</param>
    /// <param name="bus">0 to 255.</param>
    /// <param name="device">0 to 31; higher bits are left out, as in C.</param>
    /// <param name="function">0 to 7; higher bits are left out, as in C.</param>
    public PciSbdf(ushort segment, byte bus, byte device, byte function)
        : this(((uint)segment << 16) | ((uint)bus << 8) | ((device & 0x1fu) << 3) | (function & 7u))
    {
    }

    /// <summary>The segment, also called PCI domain.</summary>
    public ushort Segment => (ushort)(Value >> 16);

    /// <summary>The bus.</summary>
    public byte Bus => (byte)(Value >> 8);

    /// <summary>The device, 0 to 31.</summary>
    public byte Device => (byte)((Value >> 3) & 0x1f);

    /// <summary>The function, 0 to 7.</summary>
    public byte Function => (byte)(Value & 7);

    /// <summary>Device and function in one byte, as Xen's structures have them in <c>devfn</c>.</summary>
    public byte DeviceFunction => (byte)Value;

    /// <summary>As people and sysfs write it: 0000:3b:00.1.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Segment:x4}:{Bus:x2}:{Device:x2}.{Function}");
}

using System;
using Xen.Machine;

namespace Xen.DeviceModel;

/// <summary>
/// Port CF8 of a PC, by which a guest selects a register of configuration space: it reads back what was written.
/// </summary>
/// <remarks>
/// Xen itself looks on when the guest writes it, and turns accesses to CFC into those of configuration space; but it answers
/// no read. PCI Local Bus Specification 3.0, 3.2.2.3.2.
/// </remarks>
internal sealed class PciAddressPort : IMmioDevice
{
    internal const ushort Port = 0xcf8;

    // The lowest two bits are always 0, and so are the reserved ones.
    private const uint WritableBits = 0x80fffffc;

    private static readonly RegisterMap<PciPort> Registers = new(4, [(PciPort.Address, 0, 4, RegisterAccess.ReadWrite)]);

    private uint _address;

    private enum PciPort
    {
        Address,
    }

    public ulong Length => 4;

    public IoResult Read(ulong offset, Span<byte> data) =>
        Registers.Read(offset, data, this, static (self, _) => self._address);

    public IoResult Write(ulong offset, ReadOnlySpan<byte> data) =>
        Registers.Write(offset, data, this, static (self, _, value) => self._address = (uint)value & WritableBits);
}

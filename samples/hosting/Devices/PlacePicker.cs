using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Xen.DeviceModel;
using Xen.Virtio.Transports.Mmio;

namespace VirtioHosting.Devices;

/// <summary>Chooses a free place for a device, and refuses one that is taken.</summary>
/// <param name="taken">All virtio devices of the guest, whoever serves them.</param>
internal sealed class PlacePicker(IReadOnlyList<DeviceEntry> taken)
{
    /// <summary>
    /// Where the first virtio-mmio device of a guest is, by convention; the others follow, each 0x200 bytes later.
    /// </summary>
    internal const ulong FirstBase = 0xd0000000;

    /// <summary>The first one's interrupt; the others follow, but for <see cref="AcpiIrq"/>.</summary>
    internal const int FirstIrq = 5;

    /// <summary>The interrupt of ACPI itself in guests on x86 (SCI_INT of Xen's FADT). Linux gives it to no device.</summary>
    internal const int AcpiIrq = 9;

    /// <summary>The first place on the PCI bus that is chosen.</summary>
    internal const byte FirstSlot = 0x10;

    private const int LastSlot = 0x1f;

    /// <summary>The smallest number that no device has.</summary>
    /// <param name="kind">libxl's name of such devices; each has numbers of its own.</param>
    internal uint Number(string kind)
    {
        var numbers = taken.Where(device => device.Paths.Kind == kind).Select(static device => device.Paths.Number).ToHashSet();
        var number = 0u;
        while (numbers.Contains(number))
            number++;
        return number;
    }

    /// <summary>A place for a virtio-mmio device.</summary>
    /// <param name="address">The address that the user wants; null for a free one.</param>
    /// <param name="irq">The interrupt that the user wants; null for a free one.</param>
    /// <exception cref="ToolException">It is taken, or there is none.</exception>
    internal DevicePlace Mmio(ulong? address, int? irq)
    {
        var addresses = taken.Where(static device => !device.IsPci).Select(static device => Window(device.Base)).ToHashSet();
        var irqs = taken.Where(static device => !device.IsPci).Select(static device => device.Irq).ToHashSet();
        if (address is { } wanted && addresses.Contains(Window(wanted)))
            throw new ToolException(ExitCode.Usage, $"--mmio: 0x{wanted:x} is taken by another virtio device of this guest");
        if (irq is { } line && irqs.Contains(line))
            throw new ToolException(ExitCode.Usage, $"--irq: {line} is taken by another virtio device of this guest");

        var next = FirstBase;
        for (var input = FirstIrq; input < IoApic.InputCount; input++)
        {
            if (input == AcpiIrq)
                continue;
            var place = DevicePlace.Mmio(address ?? next, irq ?? input);
            next += VirtioMmioTransport.WindowLength;
            if (!addresses.Contains(Window(place.Base)) && !irqs.Contains(place.Irq))
                return place;
        }

        throw new ToolException(
            ExitCode.Usage, "all places for virtio-mmio devices of this guest are taken; detach one first");
    }

    /// <summary>A place on the PCI bus.</summary>
    /// <param name="slot">The place that the user wants; null for a free one.</param>
    /// <exception cref="ToolException">It is taken, or is none, or there is none.</exception>
    internal DevicePlace Pci(string? slot)
    {
        var slots = taken.Where(static device => device.IsPci).Select(static device => device["pci"]).ToHashSet();
        if (slot is not null)
        {
            if (!TryNormalize(slot, out var place))
                throw new ToolException(
                    ExitCode.Usage, $"--pci: '{slot}' is no place on the PCI bus; write it as 00:10.0");
            if (slots.Contains(place))
                throw new ToolException(ExitCode.Usage, $"--pci: {place} is taken by another virtio device of this guest");
            return DevicePlace.Pci(place);
        }

        for (var device = FirstSlot; device <= LastSlot; device++)
        {
            if (!slots.Contains($"00:{device:x2}.0"))
                return DevicePlace.Pci($"00:{device:x2}.0");
        }

        throw new ToolException(
            ExitCode.Usage, "all places of the PCI bus of this guest are taken; detach one first");
    }

    // As lspci shows it: bus 0, a device from 1 to 1f (0 is the host bridge), function 0.
    internal static bool TryNormalize(string text, out string slot)
    {
        slot = "";
        var parts = text.Split(':', '.');
        if (parts.Length != 3 || text.IndexOf(':') > text.IndexOf('.')
            || !TryParseHex(parts[0], out var bus) || bus != 0
            || !TryParseHex(parts[1], out var device) || device is 0 or > LastSlot
            || parts[2] != "0")
            return false;
        slot = $"00:{device:x2}.0";
        return true;
    }

    private static bool TryParseHex(string text, out int number) =>
        int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);

    private static ulong? Window(ulong? address) => address / VirtioMmioTransport.WindowLength;
}

using System;
using System.CommandLine.Parsing;
using System.Globalization;
using VirtioHosting.Devices;
using Xen.DeviceModel;
using Xen.Sys;
using Xen.Virtio.Transports.Mmio;

namespace VirtioHosting.Commands;

/// <summary>Numbers as users write them on a command line.</summary>
internal static class Numbers
{
    private const uint PageMask = XenPage.Size - 1;

    internal static DomainId Domain(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && new DomainId(number) is { IsOrdinary: true, Value: not 0 } id)
            return id;

        argument.AddError($"--domain: '{text}' is not a guest's domain id; `xl list` shows them in column ID");
        return default;
    }

    internal static ulong Address(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (!TryParse(text, out var address))
            argument.AddError($"--mmio: '{text}' is not an address; write it as 0xd0000000 or in decimal");
        else if ((address & PageMask) != 0)
            argument.AddError($"--mmio: {text} is not on a page boundary (4096 bytes)");
        return address;
    }

    // libxl gives each virtio-mmio device 0x200 bytes.
    internal static ulong Window(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (!TryParse(text, out var address))
            argument.AddError($"--mmio: '{text}' is not an address; write it as 0xd0000000 or in decimal");
        else if (address % VirtioMmioTransport.WindowLength != 0)
            argument.AddError($"--mmio: {text} is not a multiple of 0x200");
        return address;
    }

    internal static int Irq(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var irq) || irq >= IoApic.InputCount)
            argument.AddError($"--irq: '{text}' is not an I/O APIC input; it takes 0 to {IoApic.InputCount - 1}");
        else if (irq == PlacePicker.AcpiIrq)
            argument.AddError($"--irq: {irq} is ACPI's own in the guest; take another one");
        return irq;
    }

    internal static int Integer(ArgumentResult argument, string option, int least, int most)
    {
        var text = argument.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
            return number;

        argument.AddError($"{option}: '{text}' is not a number from {least} to {most}");
        return least;
    }

    internal static TimeSpan Seconds(ArgumentResult argument)
    {
        const double Day = 24 * 60 * 60;
        var text = argument.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= Day)
            return TimeSpan.FromSeconds(seconds);

        argument.AddError($"{argument.Argument.Name}: '{text}' is not a number of seconds, at most {Day}");
        return default;
    }

    private static bool TryParse(string text, out ulong number) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

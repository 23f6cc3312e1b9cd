using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Linq;
using Xen.DeviceModel;
using Xen.Sys;

namespace VirtioDisk;

/// <summary>The command line of <c>virtio-disk serve</c>.</summary>
internal static class ServeCommand
{
    private const uint PageMask = XenPage.Size - 1;

    internal static Command Create()
    {
        var domain = new Option<DomainId>("--domain", "-d")
        {
            Description = "The guest's domain id, as `xl list` shows it.",
            HelpName = "N",
            Required = true,
            CustomParser = ParseDomain,
        };
        var image = new Option<string>("--image", "-i")
        {
            Description = "Raw disk image or block device to serve.",
            HelpName = "FILE",
            Required = true,
        };
        image.Validators.Add(static argument =>
        {
            if (argument.Tokens.Any(static token => string.IsNullOrWhiteSpace(token.Value)))
                argument.AddError("--image: name a file or a block device");
        });
        var mmio = new Option<ulong>("--mmio")
        {
            Description = "Guest physical address of the virtio-mmio registers, as the guest's ACPI tables give it.",
            HelpName = "ADDR",
            Required = true,
            CustomParser = ParseAddress,
        };
        var irq = new Option<int>("--irq")
        {
            Description = "The device's interrupt: I/O APIC input 0 to 23, as the guest's ACPI tables give it.",
            HelpName = "N",
            Required = true,
            CustomParser = ParseIrq,
        };
        var readOnly = new Option<bool>("--read-only", "-r")
        {
            Description = "Serve the image read-only: writes of the guest fail, and nothing changes.",
        };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Log more to standard error." };

        var command = new Command(
            "serve", "Serve a disk to one guest until the guest ends, or until SIGTERM or Ctrl-C.")
        {
            domain, image, mmio, irq, readOnly, verbose,
        };
        command.SetAction((parsed, _) => DiskServer.RunAsync(
            new ServeOptions(
                parsed.GetValue(domain),
                parsed.GetValue(image)!,
                parsed.GetValue(mmio),
                parsed.GetValue(irq),
                parsed.GetValue(readOnly),
                parsed.GetValue(verbose))));
        return command;
    }

    private static DomainId ParseDomain(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && new DomainId(number) is { IsOrdinary: true, Value: not 0 } id)
            return id;

        argument.AddError($"--domain: '{text}' is not a guest's domain id; `xl list` shows them in column ID");
        return default;
    }

    private static ulong ParseAddress(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (!TryParseNumber(text, out var address))
            argument.AddError($"--mmio: '{text}' is not an address; write it as 0xd0000000 or in decimal");
        else if ((address & PageMask) != 0)
            argument.AddError($"--mmio: {text} is not on a page boundary (4096 bytes)");
        return address;
    }

    private static int ParseIrq(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var irq) && irq < IoApic.InputCount)
            return irq;

        argument.AddError($"--irq: '{text}' is not an I/O APIC input; it takes 0 to {IoApic.InputCount - 1}");
        return 0;
    }

    private static bool TryParseNumber(string text, out ulong number) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

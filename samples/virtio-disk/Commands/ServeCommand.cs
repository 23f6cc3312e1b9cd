using System.CommandLine;
using System.Linq;
using Xen.Sys;

namespace VirtioDisk.Commands;

/// <summary>The command line of <c>virtio-disk serve</c>.</summary>
internal static class ServeCommand
{
    internal static Command Create()
    {
        var domain = new Option<DomainId>("--domain", "-d")
        {
            Description = "The guest's domain id, as `xl list` shows it.",
            HelpName = "N",
            Required = true,
            CustomParser = Numbers.Domain,
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
            CustomParser = Numbers.Address,
        };
        var irq = new Option<int>("--irq")
        {
            Description = "The device's interrupt: I/O APIC input 0 to 23, as the guest's ACPI tables give it.",
            HelpName = "N",
            Required = true,
            CustomParser = Numbers.Irq,
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
}

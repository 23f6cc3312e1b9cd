using System;
using System.CommandLine;
using System.Linq;
using VirtioDisk.Disks;

namespace VirtioDisk.Commands;

/// <summary>Gives a guest a disk.</summary>
internal static class AttachCommand
{
    private const int LongestSerial = 20;

    internal static Command Create(Shell shell)
    {
        var domain = CommonOptions.Domain();
        var image = new Option<string>("--image", "-i")
        {
            Description = "Image file, block device, or nbd URI (nbd://host/export, nbd+unix:///export?socket=PATH).",
            HelpName = "FILE|URI",
            Required = true,
        };
        var format = CommonOptions.Format();
        var readOnly = new Option<bool>("--read-only", "-r") { Description = "The guest cannot change the disk." };
        var queues = CommonOptions.Queues();
        var transport = CommonOptions.Transport();
        var mmio = new Option<ulong?>("--mmio")
        {
            Description = "mmio: address of the registers; by default the first free of 0xd0000000, 0xd0000200, ...",
            HelpName = "BASE",
            CustomParser = static argument => Numbers.Window(argument),
        };
        var irq = new Option<int?>("--irq")
        {
            Description = "mmio: the interrupt; by default the first free of 5, 6, ...",
            HelpName = "N",
            CustomParser = static argument => Numbers.Irq(argument),
        };
        var pci = new Option<string>("--pci")
        {
            Description = "pci: the place on the bus; by default the first free of 00:10.0, 00:11.0, ...",
            HelpName = "00:10.0",
        };
        var id = new Option<uint?>("--id") { Description = "The device's number; by default the first free.", HelpName = "DEVID" };
        var serial = new Option<string>("--serial")
        {
            Description = "What the guest reads as the disk's serial number, up to 20 characters.",
            HelpName = "TEXT",
        };
        serial.Validators.Add(static result =>
        {
            if (result.Tokens.Any(static token => token.Value.Length is 0 or > LongestSerial || !token.Value.All(static letter => letter is > ' ' and <= '~')))
                result.AddError($"--serial: 1 to {LongestSerial} letters, digits and signs");
        });
        var timeout = CommonOptions.Timeout("How long the daemon may take; 0: do not wait for it.");
        var command = new ToolCommand(
            "attach",
            "Give a guest a disk, which the daemon then serves. Do it before the guest looks for its devices: xl create -p.",
            "attach --domain web --image /srv/web.img",
            "attach --domain 5 --image /srv/web.qcow2 --format qcow2 --queues 4 --transport pci",
            "attach --domain 5 --image nbd://storage/web --read-only")
        {
            domain, image, format, readOnly, queues, transport, mmio, irq, pci, id, serial, timeout,
        };
        command.Validators.Add(result =>
        {
            var isPci = result.GetValue(transport) == "pci";
            if (isPci && (result.GetResult(mmio) is not null || result.GetResult(irq) is not null))
                result.AddError("--mmio and --irq are for --transport mmio; the place on the PCI bus is --pci");
            if (!isPci && result.GetResult(pci) is not null)
                result.AddError("--pci is for --transport pci");
        });
        command.SetAction(async (parsed, stop) =>
        {
            var request = new DiskRequest(
                parsed.GetRequiredValue(domain),
                ImageSpec.OfUser(
                    parsed.GetRequiredValue(image), CommonOptions.Format(parsed.GetValue(format)), parsed.GetValue(readOnly)),
                parsed.GetValue(queues),
                parsed.GetValue(transport) == "pci",
                parsed.GetValue(mmio),
                parsed.GetValue(irq),
                parsed.GetValue(pci),
                parsed.GetValue(id),
                parsed.GetValue(serial),
                parsed.GetValue(timeout));
            await using var store = shell.Connect();
            var attacher = new DiskAttacher(store);
            var (paths, place) = await attacher.WriteAsync(request, stop);
            if (request.Timeout > TimeSpan.Zero)
                await attacher.WaitAsync(paths, request.Timeout, stop);
            await shell.Out.WriteLineAsync($"{paths}: {request.Image.Location}"
                + $" ({ImageSpec.Name(request.Image.Format)}{(request.Image.IsReadOnly ? ", read-only" : "")}), {place}");
            return ExitCode.Success;
        });
        return command;
    }
}

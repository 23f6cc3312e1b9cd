using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using VirtioDisk.Disks;
using VirtioDisk.Simulation;
using VirtioHosting;
using VirtioHosting.Commands;
using VirtioHosting.Daemon;
using Xen.Sys;

namespace VirtioDisk.Daemon;

/// <summary>The options of <c>serve</c> that name one disk, for one guest or for a simulation.</summary>
internal sealed class SingleDiskOption
{
    private readonly Option<DomainId?> _domain = new("--domain", "-d")
    {
        Description = "One disk: the guest's domain id, as `xl list` shows it.",
        HelpName = "N",
        CustomParser = static argument => Numbers.Domain(argument),
    };

    private readonly Option<string> _image = DiskOptions.Image("One disk, or --simulate: the image.");

    private readonly Option<ulong?> _mmio = new("--mmio")
    {
        Description = "One disk: guest physical address of the virtio-mmio registers, as the guest's ACPI tables give it.",
        HelpName = "ADDR",
        CustomParser = static argument => Numbers.Address(argument),
    };

    private readonly Option<int?> _irq = new("--irq")
    {
        Description = "One disk: its interrupt, I/O APIC input 0 to 23, as the guest's ACPI tables give it.",
        HelpName = "N",
        CustomParser = static argument => Numbers.Irq(argument),
    };

    private readonly Option<bool> _readOnly = new("--read-only", "-r")
    {
        Description = "One disk, or --simulate: writes of the guest fail, and nothing changes.",
    };

    private readonly Option<string> _format = DiskOptions.Format();
    private readonly Option<int> _queues = DiskOptions.Queues();

    internal SingleDiskOption() => Way = new(
        "With --domain, --image, --mmio and --irq: one disk of one guest, without the XenStore, until the guest ends.",
        [
            "serve --domain 5 --image disk.img --mmio 0xd0000000 --irq 5",
            "serve --simulate --image disk.qcow2 --format qcow2 --transport pci",
        ],
        AddChecks,
        parsed => parsed.GetValue(_domain) is not null,
        RunAsync);

    internal IReadOnlyList<Option> All => [_domain, _image, _mmio, _irq, _readOnly, _format, _queues];

    internal IKindExtras.Alone Way { get; }

    internal DiskSimulation CreateSimulation(ParseResult serve, TextWriter output) => DiskSimulation.Create(
        serve.GetValue(_image),
        DiskOptions.Format(serve.GetValue(_format)),
        serve.GetValue(_readOnly),
        serve.GetValue(_queues),
        output);

    private void AddChecks(Command command, Option<bool> simulate)
    {
        Option[] single = [_domain, _image, _mmio, _irq];
        command.Validators.Add(result =>
        {
            var missing = single.Where(option => result.GetResult(option) is null).ToArray();
            if (!result.GetValue(simulate) && missing.Length is not (0 or 4))
                result.AddError(
                    $"for one disk of one guest, {string.Join(" and ", missing.Select(static option => option.Name))} are missing;"
                    + " without any of --domain, --image, --mmio and --irq, the disks of all guests are served");
            Option[] ofGuest = [_domain, _mmio, _irq];
            var useless = Array.Find(ofGuest, option => result.GetResult(option) is not null);
            if (result.GetValue(simulate) && useless is not null)
                result.AddError($"{useless.Name}: --simulate has a guest of its own");
        });
    }

    private Task<int> RunAsync(Shell shell, ParseResult parsed, GuestOptions guests, ILoggerFactory logging) =>
        SingleDiskProgram.RunAsync(
            shell,
            new SingleDiskOptions(
                parsed.GetValue(_domain)!.Value,
                parsed.GetRequiredValue(_image),
                parsed.GetValue(_mmio)!.Value,
                parsed.GetValue(_irq)!.Value,
                parsed.GetValue(_readOnly),
                guests),
            logging);
}

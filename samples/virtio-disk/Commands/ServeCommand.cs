using System.CommandLine;
using System.Linq;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using VirtioDisk.Daemon;
using VirtioDisk.Simulation;
using Xen.Sys;

namespace VirtioDisk.Commands;

/// <summary>The daemon.</summary>
internal static class ServeCommand
{
    internal static Command Create(Shell shell)
    {
        var domain = new Option<DomainId?>("--domain", "-d")
        {
            Description = "One disk: the guest's domain id, as `xl list` shows it.",
            HelpName = "N",
            CustomParser = static argument => Numbers.Domain(argument),
        };
        var image = new Option<string>("--image", "-i")
        {
            Description = "One disk, or --simulate: the image.",
            HelpName = "FILE",
        };
        image.Validators.Add(static argument =>
        {
            if (argument.Tokens.Any(static token => string.IsNullOrWhiteSpace(token.Value)))
                argument.AddError("--image: name a file or a block device");
        });
        var mmio = new Option<ulong?>("--mmio")
        {
            Description = "One disk: guest physical address of the virtio-mmio registers, as the guest's ACPI tables give it.",
            HelpName = "ADDR",
            CustomParser = static argument => Numbers.Address(argument),
        };
        var irq = new Option<int?>("--irq")
        {
            Description = "One disk: its interrupt, I/O APIC input 0 to 23, as the guest's ACPI tables give it.",
            HelpName = "N",
            CustomParser = static argument => Numbers.Irq(argument),
        };
        var readOnly = new Option<bool>("--read-only", "-r")
        {
            Description = "One disk, or --simulate: writes of the guest fail, and nothing changes.",
        };
        var simulate = new Option<bool>("--simulate")
        {
            Description = "No Xen is needed: serves a scripted guest on a simulated one, and shows its requests.",
        };
        var mapAtOnce = new Option<bool>("--map-at-once")
        {
            Description = "Map a guest's memory when it is begun with, 14 GiB of it at most, not as its disks are used.",
        };
        var kernelDoorbells = new Option<bool>("--kernel-doorbells")
        {
            Description = "Have the kernel answer the guests' doorbells (mmio), which few kernels can.",
        };
        var format = CommonOptions.Format();
        var queues = CommonOptions.Queues();
        var transport = CommonOptions.Transport();
        var directory = CommonOptions.RunDirectory();
        var log = new Option<string>("--log")
        {
            Description = "How messages look on standard error: text, json, or systemd (with priorities).",
            DefaultValueFactory = static _ => "text",
        };
        log.AcceptOnlyFromAmong("text", "json", "systemd");
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Say more." };

        var command = new ToolCommand(
            "serve",
            "Serve the disks of all guests, as the XenStore names them, until SIGTERM or Ctrl-C. With --domain, --image,"
            + " --mmio and --irq: one disk of one guest, without the XenStore, until the guest ends.",
            "serve",
            "serve --log systemd",
            "serve --domain 5 --image disk.img --mmio 0xd0000000 --irq 5",
            "serve --simulate --image disk.qcow2 --format qcow2 --transport pci")
        {
            directory, log, verbose, mapAtOnce, kernelDoorbells, simulate, domain, image, mmio, irq, readOnly, format, queues,
            transport,
        };
        Option[] single = [domain, image, mmio, irq];
        command.Validators.Add(result =>
        {
            var missing = single.Where(option => result.GetResult(option) is null).ToArray();
            if (!result.GetValue(simulate) && missing.Length is not (0 or 4))
                result.AddError(
                    $"for one disk of one guest, {string.Join(" and ", missing.Select(static option => option.Name))} are missing;"
                    + " without any of --domain, --image, --mmio and --irq, the disks of all guests are served");
            if (result.GetValue(simulate) && result.GetResult(domain) is not null)
                result.AddError("--domain: --simulate has a guest of its own");
        });
        command.SetAction(async (parsed, stop) =>
        {
            var isSimulation = parsed.GetValue(simulate);
            var least = parsed.GetValue(verbose) ? LogLevel.Debug
                : parsed.GetValue(domain) is not null || isSimulation ? LogLevel.Warning
                : LogLevel.Information;
            using var logging = CreateLogging(parsed.GetValue(log)!, least);
            if (isSimulation)
            {
                return await SimulationProgram.RunAsync(
                    shell,
                    parsed.GetValue(image),
                    CommonOptions.Format(parsed.GetValue(format)),
                    parsed.GetValue(readOnly),
                    parsed.GetValue(queues),
                    parsed.GetValue(transport) == "pci",
                    logging,
                    stop);
            }

            var guests = new GuestOptions(parsed.GetValue(mapAtOnce), parsed.GetValue(kernelDoorbells));
            if (parsed.GetValue(domain) is not { } guest)
                return await DaemonProgram.RunAsync(shell, parsed.GetRequiredValue(directory), guests, logging);
            return await SingleDiskProgram.RunAsync(
                shell,
                new SingleDiskOptions(
                    guest,
                    parsed.GetRequiredValue(image),
                    parsed.GetValue(mmio)!.Value,
                    parsed.GetValue(irq)!.Value,
                    parsed.GetValue(readOnly),
                    guests),
                logging);
        });
        return command;
    }

    private static ILoggerFactory CreateLogging(string format, LogLevel least) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(least);
        _ = format switch
        {
            "json" => builder.AddJsonConsole(),
            "systemd" => builder.AddSystemdConsole(),
            _ => builder.AddSimpleConsole(static console => console.SingleLine = true),
        };
        builder.Services.Configure<ConsoleLoggerOptions>(
            static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });
}

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using VirtioHosting.Daemon;
using VirtioHosting.Simulation;

namespace VirtioHosting.Commands;

/// <summary>The daemon.</summary>
internal static class ServeCommand
{
    internal static Command Create(HostProgram host, Shell shell)
    {
        var plural = host.Set.Plural;
        var simulate = new Option<bool>("--simulate")
        {
            Description = "No Xen is needed: serves a scripted guest on a simulated one, and shows its requests.",
        };
        var mapAtOnce = new Option<bool>("--map-at-once")
        {
            Description = $"Map a guest's memory when it is begun with, 14 GiB of it at most, not as its {plural} are used.",
        };
        var kernelDoorbells = new Option<bool>("--kernel-doorbells")
        {
            Description = "Have the kernel answer the guests' doorbells (mmio), which few kernels can.",
        };
        var transport = CommonOptions.Transport();
        transport.Description = $"--simulate: {transport.Description}";
        var directory = CommonOptions.RunDirectory(host);
        var log = new Option<string>("--log")
        {
            Description = "How messages look on standard error: text, json, or systemd (with priorities).",
            DefaultValueFactory = static _ => "text",
        };
        log.AcceptOnlyFromAmong("text", "json", "systemd");
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Say more." };

        IKindExtras.Alone[] ways =
            [.. host.Kinds.OfType<IKindExtras>().Select(static kind => kind.ServeAlone).OfType<IKindExtras.Alone>()];
        var command = new ToolCommand(
            "serve",
            string.Join(' ', (IEnumerable<string>)[
                $"Serve the {plural} of all guests, as the XenStore names them, until SIGTERM or Ctrl-C.",
                .. ways.Select(static way => way.Description)]),
            ["serve", "serve --log systemd", "serve --simulate", .. ways.SelectMany(static way => way.Examples)])
        {
            directory, log, verbose, mapAtOnce, kernelDoorbells, simulate,
        };
        foreach (var option in host.Kinds.SelectMany(static kind => kind.ServeOptions))
            command.Options.Add(option);
        command.Options.Add(transport);
        foreach (var way in ways)
            way.AddChecks(command, simulate);
        command.Validators.Add(result =>
        {
            var isSimulation = result.GetValue(simulate);
            if (!isSimulation && result.GetResult(transport) is { Implicit: false })
                result.AddError("--transport is for --simulate; for a device, it is an option of attach");
            var useless = HostOptions(host).Find(option => result.GetResult(option) is { Implicit: false });
            if (isSimulation && useless is not null)
                result.AddError($"{useless.Name}: --simulate has devices of its own");
        });
        command.SetAction(async (parsed, stop) =>
        {
            var isSimulation = parsed.GetValue(simulate);
            var alone = Array.Find(ways, way => way.IsWanted(parsed));
            var least = parsed.GetValue(verbose) ? LogLevel.Debug
                : alone is not null || isSimulation ? LogLevel.Warning
                : LogLevel.Information;
            using var logging = CreateLogging(parsed.GetValue(log)!, least);
            if (isSimulation)
                return await SimulationProgram.RunAsync(
                    host, shell, parsed, parsed.GetValue(transport) == "pci", logging, stop);

            var guests = new GuestOptions(parsed.GetValue(mapAtOnce), parsed.GetValue(kernelDoorbells));
            if (alone is not null)
                return await alone.RunAsync(shell, parsed, guests, logging);
            foreach (var kind in host.Kinds)
                kind.Configure(parsed);
            return await DaemonProgram.RunAsync(host, shell, parsed.GetRequiredValue(directory), guests, logging);
        });
        return command;
    }

    // A kind with another way to serve says itself which of its options a simulation takes.
    private static List<Option> HostOptions(HostProgram host) =>
    [
        .. host.Kinds.Where(static kind => kind is not IKindExtras { ServeAlone: not null })
            .SelectMany(static kind => kind.ServeOptions),
    ];

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

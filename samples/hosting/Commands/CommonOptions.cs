using System;
using System.CommandLine;
using System.Linq;

namespace VirtioHosting.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    internal static Option<string> Domain() => new("--domain", "-d")
    {
        Description = "The guest: its domain id or its name, as `xl list` shows them.",
        HelpName = "N|NAME",
        Required = true,
    };

    internal static Option<uint?> Id(HostProgram host) => new("--id")
    {
        Description = $"The device's number among the guest's {host.Set.Plural}, as `{host.Name} list` shows it.",
        HelpName = "DEVID",
    };

    internal static Option<TimeSpan> Timeout(string description) => new("--timeout")
    {
        Description = description,
        HelpName = "SECONDS",
        DefaultValueFactory = static _ => TimeSpan.FromSeconds(30),
        CustomParser = static argument => Numbers.Seconds(argument),
    };

    internal static Option<bool> Json() => new("--json") { Description = "Print JSON." };

    internal static Option<string> RunDirectory(HostProgram host) => new("--run-dir")
    {
        Description = "The daemon's directory, with its lock, its socket, and the state of guests.",
        HelpName = "DIR",
        DefaultValueFactory = _ => host.DefaultDirectory,
    };

    internal static Option<string> Transport()
    {
        var option = new Option<string>("--transport", "-t")
        {
            Description = "How the guest finds the device: mmio (its ACPI tables say where), or pci (HVM: by itself).",
            DefaultValueFactory = static _ => "mmio",
        };
        option.AcceptOnlyFromAmong("mmio", "pci");
        return option;
    }

    /// <summary>The kind that a user names; null for all.</summary>
    internal static IDeviceKind? KindOf(HostProgram host, Option<string>? option, ParseResult parsed) =>
        option is null || parsed.GetValue(option) is not { } name ? null : host.Kinds.First(kind => kind.Name == name);

    /// <summary>Which kind of device; null for programs that have one kind only.</summary>
    internal static Option<string>? Kind(HostProgram host)
    {
        if (host.Set.Only is not null)
            return null;
        string[] names = [.. host.Kinds.Select(static kind => kind.Name)];
        var option = new Option<string>("--kind", "-k") { Description = "Devices of one kind only." };
        option.AcceptOnlyFromAmong(names);
        return option;
    }
}

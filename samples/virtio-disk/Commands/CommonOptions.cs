using System;
using System.CommandLine;

namespace VirtioDisk.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    internal static Option<string> Domain() => new("--domain", "-d")
    {
        Description = "The guest: its domain id or its name, as `xl list` shows them.",
        HelpName = "N|NAME",
        Required = true,
    };

    internal static Option<uint?> Id() => new("--id")
    {
        Description = "The device's number among the guest's disks, as `virtio-disk list` shows it.",
        HelpName = "DEVID",
    };

    internal static Option<TimeSpan> Timeout(string description) => new("--timeout")
    {
        Description = description,
        HelpName = "SECONDS",
        DefaultValueFactory = static _ => TimeSpan.FromSeconds(10),
        CustomParser = static argument => Numbers.Seconds(argument),
    };

    internal static Option<bool> Json() => new("--json") { Description = "Print JSON." };
}

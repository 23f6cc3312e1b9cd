using System;
using System.CommandLine;
using VirtioDisk.Disks;

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

    internal static Option<string> RunDirectory() => new("--run-dir")
    {
        Description = "The daemon's directory, with its lock, its socket, and the state of guests.",
        HelpName = "DIR",
        DefaultValueFactory = static _ => State.RunDirectory.Default,
    };

    internal static Option<string> Format()
    {
        var option = new Option<string>("--format", "-f")
        {
            Description = "What the image is; by default nbd for a URI, and raw for all else.",
        };
        option.AcceptOnlyFromAmong("raw", "qcow2", "nbd");
        return option;
    }

    internal static ImageFormat? Format(string? name) => name switch
    {
        "raw" => ImageFormat.Raw,
        "qcow2" => ImageFormat.Qcow2,
        "nbd" => ImageFormat.Nbd,
        _ => null,
    };

    internal static Option<int> Queues() => new("--queues", "-q")
    {
        Description = "Queues that the disk offers, 1 to 64; as many as the guest has vCPUs is a good number.",
        HelpName = "N",
        DefaultValueFactory = static _ => 1,
        CustomParser = static argument => Numbers.Integer(argument, "--queues", 1, DiskDescription.MostQueues),
    };

    internal static Option<string> Transport()
    {
        var option = new Option<string>("--transport", "-t")
        {
            Description = "How the guest finds the disk: mmio (its ACPI tables say where), or pci (HVM: by itself).",
            DefaultValueFactory = static _ => "mmio",
        };
        option.AcceptOnlyFromAmong("mmio", "pci");
        return option;
    }
}

using System.CommandLine;
using Xen.Abi.Cli.Catalog;

namespace Xen.Abi.Cli.Commands;

/// <summary>The options by which commands choose metadata, releases and targets.</summary>
internal sealed class SharedOptions
{
    /// <summary>Further metadata files.</summary>
    public Option<string[]> Metadata { get; } = new("--metadata")
    {
        Description = "A metadata file to read in addition to what the tool carries",
        HelpName = "file",
    };

    /// <summary>Releases of Xen.</summary>
    public Option<string[]> Xen { get; } = new("--xen")
    {
        Description = "A release of Xen, or 'all'; by default the newest",
        HelpName = "release",
    };

    /// <summary>Targets.</summary>
    public Option<string[]> Arch { get; } = new("--arch")
    {
        Description = "x86_64 (amd64), aarch64 (arm64), i386, armv7 (arm), or 'all'",
        HelpName = "target",
    };

    /// <summary>JSON instead of text.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON" };

    /// <summary>Adds all of them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(Xen);
        command.Options.Add(Arch);
        command.Options.Add(Json);
        command.Options.Add(Metadata);
    }

    /// <summary>The metadata that the user wants.</summary>
    public Metadata Load(ParseResult parsed) => Catalog.Metadata.Load(parsed.GetValue(Metadata) ?? []);

    /// <summary>The releases and targets that the user wants.</summary>
    public Selection Select(ParseResult parsed) =>
        new(Load(parsed), parsed.GetValue(Xen) ?? [], parsed.GetValue(Arch) ?? []);
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

namespace Xen.Store.Cli.Compatible;

/// <summary>One of the eight commands that Xen has too, under the same name and with the same options.</summary>
/// <param name="Name">Its name: <c>ls</c>.</param>
/// <param name="Letters">Those of Xen's options that it takes.</param>
/// <param name="LeastOperands">How many operands it wants at least.</param>
/// <param name="Additions">What this tool adds.</param>
/// <param name="Run">What it does; answers whether the answer is yes.</param>
internal sealed record CompatibleCommand(
    string Name,
    string Letters,
    int LeastOperands,
    IReadOnlyList<OptionDefinition> Additions,
    Func<CompatibleRun, Task<bool>> Run)
{
    private static readonly OptionDefinition[] Upstream =
    [
        new("help", 'h'), new("flat", 'f'), new("", 's'), new("prefix", 'p'), new("tidy", 't'), new("upto", 'u'),
        new("recurse", 'r'), new("number", 'n', TakesValue: true), new("raw", 'R'),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CompatibleCommand> All { get; } =
    [
        LsCommand.Definition, ListCommand.Definition, ReadCommand.Definition, WriteCommand.Definition,
        RmCommand.Definition, ExistsCommand.Definition, ChmodCommand.Definition, WatchCommand.Definition,
    ];

    /// <summary>The one of a name.</summary>
    public static CompatibleCommand? Find(string name) => All.FirstOrDefault(command => command.Name == name);

    /// <summary>All options that its command line may have, in the layers in which they are looked for.</summary>
    public OptionSet Options => new(Upstream, Additions, [AddedOptions.Connect]);

    /// <summary>Whether an option that exists is one of this command's.</summary>
    public bool Takes(OptionDefinition option) =>
        !Upstream.Contains(option) || option.Letter is 'h' or 's'
            || Letters.Contains(option.Letter, StringComparison.Ordinal);
}

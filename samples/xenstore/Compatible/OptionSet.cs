using System;
using System.Collections.Generic;
using System.Linq;

namespace Xen.Store.Cli.Compatible;

/// <summary>
/// The options that a command line may have, in layers: a name is looked for in the first layer, then in the next.
/// </summary>
/// <remarks>
/// Xen's options are the first layer, so that an abbreviation that Xen's programs understand means the same here,
/// whatever options this tool adds.
/// </remarks>
internal sealed class OptionSet(params IReadOnlyList<OptionDefinition>[] layers)
{
    /// <summary>The option of a letter.</summary>
    public OptionDefinition? Find(char letter) =>
        layers.SelectMany(static layer => layer).FirstOrDefault(option => option.Letter == letter && letter != '\0');

    /// <summary>The options that a long name, or the beginning of one, may mean: one if it is clear.</summary>
    public IReadOnlyList<OptionDefinition> Find(string name)
    {
        foreach (var layer in layers)
        {
            if (layer.FirstOrDefault(option => option.Name == name) is { } exact)
                return [exact];
            OptionDefinition[] begun = [.. layer.Where(
                option => option.Name.StartsWith(name, StringComparison.Ordinal) && option.Name.Length > 0)];
            if (begun.Length > 0)
                return begun;
        }

        return [];
    }
}

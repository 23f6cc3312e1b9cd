using System;
using System.Collections.Generic;
using System.Linq;

namespace Xen.Abi.Cli.Catalog;

/// <summary>The names that people have for the targets.</summary>
internal static class Architectures
{
    /// <summary>Stands for all of them.</summary>
    public const string All = "all";

    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["amd64"] = "x86_64",
        ["x64"] = "x86_64",
        ["arm64"] = "aarch64",
        ["x86_32"] = "i386",
        ["x86"] = "i386",
        ["arm"] = "armv7",
        ["arm32"] = "armv7",
    };

    /// <summary>The metadata's name for a target.</summary>
    public static string Canonical(string name) =>
        Aliases.GetValueOrDefault(name) ?? name.ToLowerInvariant();

    /// <summary>All targets of these releases, in the order of the metadata.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<Release> releases) =>
        [.. releases.SelectMany(static release => release.Model.Targets).Distinct(StringComparer.Ordinal)];
}

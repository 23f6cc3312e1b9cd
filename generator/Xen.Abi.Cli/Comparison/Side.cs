using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xen.Abi.Cli.Catalog;

namespace Xen.Abi.Cli.Comparison;

/// <summary>One side of a comparison: a release, perhaps on one target only.</summary>
/// <param name="Release">The release.</param>
/// <param name="Target">The target; null for all.</param>
internal sealed record Side(Release Release, string? Target)
{
    private const string Extension = ".abi";

    /// <summary>Its name in the output.</summary>
    public string Name => Target is null ? Release.FullName : $"{Release.FullName}/{Target}";

    /// <summary>The targets that it is about.</summary>
    public IEnumerable<string> Targets => Target is null ? Release.Model.Targets : [Target];

    /// <summary>Reads <c>RELEASE</c>, <c>RELEASE/TARGET</c>, <c>TARGET</c> or the path of a metadata file.</summary>
    /// <exception cref="UnknownNameException">It is nothing of that.</exception>
    public static Side Parse(Metadata metadata, string text)
    {
        if (text.EndsWith(Extension, StringComparison.Ordinal) || File.Exists(text))
            return new Side(Metadata.ReadFile(text), null);
        string[] parts = text.Split('/', 2);
        if (parts.Length == 1)
        {
            string only = Architectures.Canonical(text);
            if (metadata.NewestXen.Has(only))
                return new Side(metadata.NewestXen, only);
        }

        Release release = metadata.Releases.FirstOrDefault(release => release.IsCalled(parts[0]))
            ?? throw new UnknownNameException("release", parts[0], metadata.Releases.Select(static release => release.Name));
        if (parts.Length == 1)
            return new Side(release, null);
        string target = Architectures.Canonical(parts[1]);
        return release.Has(target)
            ? new Side(release, target)
            : throw new UnknownNameException($"target of {release.FullName}", parts[1], release.Model.Targets);
    }

    /// <summary>The targets to compare: two that were named, or each that both sides have.</summary>
    public static IReadOnlyList<(string From, string To)> Pair(Side from, Side to)
    {
        if (from.Target is not null && to.Target is not null)
            return [(from.Target, to.Target)];
        string[] common = [.. from.Targets.Where(target => to.Targets.Contains(target, StringComparer.Ordinal))];
        return common.Length > 0
            ? [.. common.Select(static target => (target, target))]
            : throw new UnknownNameException($"{from.Name} and {to.Name} have no target in common");
    }
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Xen.Abi.Model;

namespace Xen.Headers.Reading;

/// <summary>Reads one set of headers for several targets into one model.</summary>
internal static class HeaderReader
{
    /// <summary>Reads the headers.</summary>
    /// <exception cref="HeaderReadException">The compiler found an error, or a construct has no place in the model.</exception>
    public static HeaderReading Read(HeaderSource source, IReadOnlyList<TargetAbi> targets)
    {
        var readings = targets.Select(target => new TargetReader(source, target).Read()).ToList();
        ImmutableArray<string> names = targets.Select(static target => target.Name).ToImmutableArray();
        return new HeaderReading(
            new AbiModel(source.Source, source.Release, names, Merge(readings.Select(static reading => reading.Items), names)),
            [.. readings.SelectMany(static reading => reading.Files).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            [
                .. readings.SelectMany(static reading => reading.MacrosWithoutValue)
                    .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            ]);
    }

    /// <summary>Joins items that differ in nothing but their target.</summary>
    private static ImmutableArray<AbiItem> Merge(IEnumerable<IEnumerable<AbiItem>> readings, ImmutableArray<string> order)
    {
        var merged = new Dictionary<AbiItem, List<string>>();
        foreach (AbiItem item in readings.SelectMany(static items => items))
        {
            AbiItem key = item with { Targets = default };
            if (!merged.TryGetValue(key, out List<string>? targets))
                merged.Add(key, targets = []);
            targets.AddRange(item.Targets);
        }

        return
        [
            .. AbiTextWriter.Order(merged.Select(pair =>
                pair.Key with { Targets = pair.Value.OrderBy(target => order.IndexOf(target)).ToImmutableArray() })),
        ];
    }
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Xen.Abi.Model;

namespace Xen.Headers.Reading;

/// <summary>Reads one set of headers for several targets into one model.</summary>
internal static class HeaderReader
{
    /// <summary>Reads the headers, for the targets side by side.</summary>
    /// <exception cref="HeaderReadException">The compiler found an error, or a construct has no place in the model.</exception>
    public static HeaderReading Read(HeaderSource source, IReadOnlyList<TargetAbi> targets)
    {
        (TargetReading? Reading, HeaderReadException? Failure)[] attempts =
            [.. targets.AsParallel().AsOrdered().WithDegreeOfParallelism(targets.Count).Select(target => Try(source, target))];
        HeaderReadException?[] failures = [.. attempts.Select(static attempt => attempt.Failure)];
        if (failures.Any(static failure => failure is not null))
            throw Join(targets, failures);

        TargetReading[] readings = [.. attempts.Select(static attempt => attempt.Reading!)];
        ImmutableArray<string> names = targets.Select(static target => target.Name).ToImmutableArray();
        return new HeaderReading(
            new AbiModel(source.Source, source.Release, names, Merge(readings.Select(static reading => reading.Items), names)),
            [.. readings.SelectMany(static reading => reading.Files).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            [
                .. readings.SelectMany(static reading => reading.MacrosWithoutValue)
                    .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            ]);
    }

    private static (TargetReading? Reading, HeaderReadException? Failure) Try(HeaderSource source, TargetAbi target)
    {
        try
        {
            return (new TargetReader(source, target).Read(), null);
        }
        catch (HeaderReadException failure)
        {
            return (null, failure);
        }
    }

    /// <summary>Each error once; those that only some targets have say which.</summary>
    private static HeaderReadException Join(IReadOnlyList<TargetAbi> targets, HeaderReadException?[] failures)
    {
        var found = new List<HeaderError>();
        foreach (HeaderError error in failures.SelectMany(static failure => failure?.Errors ?? []).Distinct())
        {
            string[] having = [.. targets.Where((_, i) => failures[i]?.Errors.Contains(error) == true).Select(static target => target.Name)];
            found.Add(having.Length == targets.Count ? error : error with { Text = $"{error.Text} (on {string.Join(", ", having)})" });
        }

        return new HeaderReadException(found);
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

using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Store.Conformance.Rows;
using Xen.Store.Conformance.Targets;

namespace Xen.Store.Conformance;

/// <summary>The same rows, against the store in memory and the daemons of two releases.</summary>
public sealed class ScenarioTests
{
    private const int LeastRows = 250;

    private static readonly List<Scenario> Scenarios = ScenarioReader.ReadAll();

    public static MatrixTheoryData<StoreKind, string> Cases =>
        new(Enum.GetValues<StoreKind>(), Scenarios.Select(scenario => scenario.Name).ToArray());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Store_answers_as_the_rows_say(StoreKind kind, string name)
    {
        using var target = StoreTarget.Start(kind);
        var run = new ScenarioRun(target);
        var failures = new List<string>();
        foreach (var row in Scenarios.Single(scenario => scenario.Name == name).Rows)
        {
            var expected = Expected(row, kind);
            var result = run.Do(row, expected);
            if (!ScenarioRun.Matches(result, expected))
                failures.Add($"{row.Line}: {row.Action}\n    expected {expected}\n    but      {result}");
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    // The store in memory is to be the C daemon of Xen 4.17, so little is said of it alone.
    private static string Expected(Row row, StoreKind kind)
    {
        string[] names = kind == StoreKind.Memory ? ["Memory", "C417"] : [kind.ToString()];
        var differences = from name in names
                          from entry in row.Differences
                          where entry.Kinds.Split(' ').Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
                          select entry.Expected;
        return differences.FirstOrDefault(row.Expected);
    }

    [Fact]
    public void There_are_rows_enough_and_names_are_unique()
    {
        Assert.True(Scenarios.Sum(scenario => scenario.Rows.Count) >= LeastRows);
        Assert.Equal(Scenarios.Count, Scenarios.Select(scenario => scenario.Name).Distinct().Count());
    }
}

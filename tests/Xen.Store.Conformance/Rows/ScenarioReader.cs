using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;

namespace Xen.Store.Conformance.Rows;

/// <summary>Reads the files in <c>Scenarios</c>; README.md says what is in them.</summary>
internal static class ScenarioReader
{
    private const string Arrow = "->";

    /// <summary>All scenarios.</summary>
    internal static List<Scenario> ReadAll()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var scenarios = new List<Scenario>();
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (!name.EndsWith(".txt", StringComparison.Ordinal))
                continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            Read(name, reader.ReadToEnd(), scenarios);
        }

        return scenarios;
    }

    /// <summary>Reads a file.</summary>
    internal static void Read(string file, string text, List<Scenario> scenarios)
    {
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = WithoutComment(raw);
            if (line.Length == 0)
                continue;
            if (line.StartsWith("== ", StringComparison.Ordinal))
                scenarios.Add(new Scenario(line[3..], []));
            else if (raw.StartsWith(' '))
                scenarios[^1].Rows[^1].Differences.Add(Split(file, number, line, ":"));
            else
                scenarios[^1].Rows.Add(ParseRow(file, number, line));
        }
    }

    private static Row ParseRow(string file, int number, string line)
    {
        var (action, expected) = line.Contains(Arrow, StringComparison.Ordinal)
            ? Split(file, number, line, Arrow)
            : (line, "");
        return new Row(number, action, expected, []);
    }

    private static (string First, string Second) Split(string file, int number, string line, string separator) =>
        line.Split(separator, 2) is [var first, var second]
            ? (first.Trim(), second.Trim())
            : throw new FormatException($"{file}:{number}: no '{separator}' in '{line}'");

    private static string WithoutComment(string line)
    {
        var comment = line.StartsWith('#') ? 0 : line.IndexOf("  # ", StringComparison.Ordinal);
        return (comment < 0 ? line : line[..comment]).Trim();
    }
}

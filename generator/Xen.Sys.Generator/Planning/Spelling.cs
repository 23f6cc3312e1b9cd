using System;
using System.Collections.Generic;
using System.Linq;

namespace Xen.Sys.Generator.Planning;

/// <summary>Finds the names that a misspelled one may mean.</summary>
internal static class Spelling
{
    private const int MaxSuggestions = 3;

    /// <summary>The nearest names, best first; none if all are too far.</summary>
    public static string[] Nearest(string name, IEnumerable<string> known)
    {
        int limit = Math.Max(1, name.Length / 4);
        return known
            .Where(other => Math.Abs(other.Length - name.Length) <= limit)
            .Select(other => (Name: other, Distance: Distance(name.ToUpperInvariant(), other.ToUpperInvariant())))
            .Where(candidate => candidate.Distance <= limit)
            .OrderBy(static candidate => candidate.Distance)
            .ThenBy(static candidate => candidate.Name, StringComparer.Ordinal)
            .Take(MaxSuggestions)
            .Select(static candidate => candidate.Name)
            .ToArray();
    }

    /// <summary>The number of insertions, deletions and replacements between two texts.</summary>
    private static int Distance(string left, string right)
    {
        int[] previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (int i = 0; i < left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i + 1;
            for (int j = 0; j < right.Length; j++)
            {
                int replaced = previous[j] + (left[i] == right[j] ? 0 : 1);
                current[j + 1] = Math.Min(replaced, 1 + Math.Min(previous[j + 1], current[j]));
            }

            previous = current;
        }

        return previous[right.Length];
    }
}

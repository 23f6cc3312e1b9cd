using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace TestSupport;

/// <summary>Text that a person has approved, in a file beside the tests. Compiled into every test project.</summary>
/// <remarks>
/// A baseline that is no public API is called as Verify would call it: <c>Class.Case.verified.txt</c>. With
/// <c>XEN_UPDATE_BASELINES=1</c> in the environment, files are written instead of compared.
/// </remarks>
internal static class Baseline
{
    private const string Variable = "XEN_UPDATE_BASELINES";
    private const int Context = 3;
    private const long LargestTable = 16_000_000;

    /// <summary>Whether files are written instead of compared.</summary>
    internal static bool IsUpdating => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Fails, with the difference and the command that accepts it, unless a file has this text.</summary>
    /// <param name="path">The file, below the root of the repository: <c>tests/Project/…</c>.</param>
    /// <param name="actual">The text, with plain line feeds.</param>
    internal static void Check(string path, string actual)
    {
        var file = RepositoryRoot.Combine(path.Split('/'));
        if (IsUpdating)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
            return;
        }

        if (Compare(path, File.Exists(file) ? File.ReadAllText(file) : "", actual) is { } failure)
            Assert.Fail(failure);
    }

    /// <summary>What is to be said about a text that is not the approved one.</summary>
    /// <returns>Null if it is.</returns>
    internal static string? Compare(string path, string approved, string actual) => approved == actual
        ? null
        : $"{path} does not have this text:\n{Difference(approved, actual)}\n"
            + $"If the new one is right: {Variable}=1 dotnet test {string.Join('/', path.Split('/').Take(2))}";

    /// <summary>The difference of two texts, in the unified form.</summary>
    internal static string Difference(string approved, string actual)
    {
        var lines = Align(approved.Split('\n'), actual.Split('\n'));
        var text = new StringBuilder("--- approved\n+++ actual\n");
        var number = 1;
        var gap = true;
        for (var i = 0; i < lines.Count; i++)
        {
            if (IsNearChange(lines, i))
            {
                if (gap)
                    text.Append("@@ line ").Append(number).Append(" @@\n");
                text.Append(lines[i].Mark).Append(lines[i].Text).Append('\n');
            }

            gap = !IsNearChange(lines, i);
            number += lines[i].Mark == '+' ? 0 : 1;
        }

        return text.ToString();
    }

    private static bool IsNearChange(List<(char Mark, string Text)> lines, int index)
    {
        for (var i = Math.Max(0, index - Context); i <= Math.Min(lines.Count - 1, index + Context); i++)
        {
            if (lines[i].Mark != ' ')
                return true;
        }

        return false;
    }

    private static List<(char Mark, string Text)> Align(string[] old, string[] now)
    {
        var start = 0;
        while (start < Math.Min(old.Length, now.Length) && old[start] == now[start])
            start++;
        var end = 0;
        while (end < Math.Min(old.Length, now.Length) - start && old[^(end + 1)] == now[^(end + 1)])
            end++;

        var changed = AlignChanged(old[start..^end], now[start..^end]);
        return [.. old[..start].Select(Kept), .. changed, .. old[^end..].Select(Kept)];

        static (char, string) Kept(string line) => (' ', line);
    }

    // By the longest common subsequence; texts too large for its table count as replaced.
    private static List<(char Mark, string Text)> AlignChanged(string[] old, string[] now)
    {
        if ((long)old.Length * now.Length > LargestTable)
            return [.. old.Select(line => ('-', line)), .. now.Select(line => ('+', line))];

        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        var lines = new List<(char, string)>();
        var (left, right) = (0, 0);
        while (left < old.Length || right < now.Length)
        {
            if (left < old.Length && right < now.Length && old[left] == now[right])
            {
                lines.Add((' ', old[left++]));
                right++;
            }
            else if (right == now.Length || (left < old.Length && common[left + 1, right] >= common[left, right + 1]))
            {
                lines.Add(('-', old[left++]));
            }
            else
            {
                lines.Add(('+', now[right++]));
            }
        }

        return lines;
    }
}

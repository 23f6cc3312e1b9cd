using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Xen.Abi.Cli.Checking;

namespace Xen.Abi.Cli.Rendering;

/// <summary>The table of what the compilers confirmed.</summary>
internal static class CheckReport
{
    /// <summary>The table, and below it what could not be checked.</summary>
    public static string Of(IReadOnlyList<CheckResult> results, long milliseconds, bool verbose)
    {
        int compilers = results.Max(static result => result.Compiler.Name.Length);
        int releases = Math.Max("release".Length, results.Max(static result => result.Scope.Release.FullName.Length));
        var text = new StringBuilder();
        Line("release", "target", "compiler", "assertions", "failed", "ms");
        foreach (CheckResult result in results)
        {
            Line(
                result.Scope.Release.FullName, result.Scope.Target, result.Compiler.Name, Number(result.Assertions),
                Number(result.Failures.Count), Number(result.Milliseconds));
        }

        Line(
            "total", "", "", Number(results.Sum(static result => (long)result.Assertions)),
            Number(results.Sum(static result => result.Failures.Count)), Number(milliseconds));
        AppendUnchecked(text, results, verbose);
        return text.ToString();

        void Line(string release, string target, string compiler, string assertions, string failed, string time) => text
            .Append(release.PadRight(releases)).Append("  ").Append($"{target,-7}").Append("  ").Append(compiler.PadRight(compilers))
            .Append($"  {assertions,10}  {failed,6}  {time,6}\n");
    }

    private static void AppendUnchecked(StringBuilder text, IReadOnlyList<CheckResult> results, bool verbose)
    {
        var limits =
            from result in results
            from missing in result.Said.Unchecked
            group $"{missing.Item.Name}{(missing.Member.Length == 0 ? "" : "." + missing.Member)}" by missing.Limit into same
            select (Limit: same.Key, Names: same.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray());
        foreach ((Limit limit, string[] names) in limits)
        {
            text.Append('\n').Append(limit.IsAccepted ? "not checked: " : "NOT CHECKED: ").Append(limit.Text)
                .Append(CultureInfo.InvariantCulture, $" ({names.Length} names)\n");
            foreach (string name in verbose || !limit.IsAccepted ? names : [])
                text.Append("  ").Append(name).Append('\n');
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

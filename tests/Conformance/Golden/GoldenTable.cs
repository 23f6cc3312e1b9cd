using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using Xen.Sys;

namespace Conformance.Golden;

/// <summary>golden-errno.txt: what the real Xen and Linux answered.</summary>
internal static class GoldenTable
{
    internal const string AnySuccess = "ok";

    private static readonly Dictionary<string, string[]> Lines = Read();

    /// <summary>All ids, in the order of the file.</summary>
    internal static IEnumerable<string> Ids => Lines.Keys;

    /// <summary>The lines that a rule claims.</summary>
    internal static string[] ClaimedBy(MethodInfo? rule) =>
        rule?.GetCustomAttribute<GoldenAttribute>()?.Ids ?? [];

    /// <summary>Holds an answer against the table.</summary>
    /// <param name="id">The line.</param>
    /// <param name="xen">The release of Xen that answered.</param>
    /// <param name="linux">The release of Linux that answered.</param>
    /// <param name="result">What was answered.</param>
    internal static void Check(string id, Version xen, Version linux, HypercallResult result)
    {
        var expected = Lines[id][0];
        foreach (var later in Lines[id].Skip(1).Select(LaterAnswer.Parse))
        {
            if (later.Since <= (later.IsOfXen ? xen : linux))
                expected = later.Answer;
        }

        if (expected == AnySuccess)
            Assert.True(result.IsSuccess, $"{id}: {Show(result)}");
        else
            Assert.Equal($"{id}: {Normal(expected)}", $"{id}: {Show(result)}");
    }

    private static string Show(HypercallResult result) => result.IsSuccess
        ? result.Value.ToString(CultureInfo.InvariantCulture)
        : XenErrno.Name(result.Errno);

    private static string Normal(string answer) => answer.StartsWith("0x", StringComparison.Ordinal)
        ? Show(new(long.Parse(answer.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)))
        : answer;

    private static Dictionary<string, string[]> Read()
    {
        using var stream = typeof(GoldenTable).Assembly.GetManifestResourceStream("golden-errno.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(words => words[0], words => words[1..]);
    }

    // since-xen-4.20=EINVAL
    private readonly record struct LaterAnswer(bool IsOfXen, Version Since, string Answer)
    {
        internal static LaterAnswer Parse(string text)
        {
            var parts = text.Split('-', '=');
            return parts is ["since", "xen" or "linux", var release, var answer]
                ? new(parts[1] == "xen", Version.Parse(release), answer)
                : throw new FormatException(text);
        }
    }
}

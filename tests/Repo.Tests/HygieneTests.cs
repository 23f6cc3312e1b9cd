using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Repo.Tests;

/// <summary>What must not land in the repository, and what must stand beside what does.</summary>
public sealed partial class HygieneTests
{
    private const int LargestFile = 600 * 1024;

    private static IEnumerable<string> Sources => Repository.Files
        .Where(file => file.EndsWith(".cs", StringComparison.Ordinal));

    [Fact]
    public void No_build_output_is_tracked() =>
        Assert.DoesNotContain(Repository.Files, file => BuildOutput().IsMatch(file));

    [Fact]
    public void No_file_is_large() => Assert.DoesNotContain(
        Repository.Files, file => new FileInfo(Path.Combine(Repository.Root, file)).Length > LargestFile);

    [Fact]
    public void No_machine_path_and_no_registry_host_is_written_down()
    {
        foreach (var file in Repository.Files)
            Assert.False(MachineText().IsMatch(Repository.Read(file)), $"{file} names a machine path or a registry host");
    }

    [Fact]
    public void Every_suppression_has_a_reason()
    {
        foreach (var file in Sources)
        {
            foreach (Match match in Suppression().Matches(Repository.Read(file)))
                Assert.True(match.Groups["why"].Success, $"{file}: {match.Value.Trim()} gives no reason");
        }
    }

    [Fact]
    public void Every_text_file_ends_with_a_line_end_and_has_no_carriage_returns()
    {
        foreach (var file in Repository.Files)
        {
            var text = Repository.Read(file);
            Assert.True(text.Length == 0 || text.EndsWith('\n'), $"{file} does not end with a line end");
            Assert.False(text.Contains('\r', StringComparison.Ordinal), $"{file} has carriage returns");
        }
    }

    [Fact]
    public void Every_changelog_entry_says_what_it_is() => Assert.All(
        Repository.Read("CHANGELOG.md").Split("\n- ").Skip(1),
        entry => Assert.Matches(ChangelogEntry(), entry));

    [GeneratedRegex(@"(^|/)(obj|bin)/|\.nupkg$")]
    private static partial Regex BuildOutput();

    // The pattern is in pieces, so that this file does not match it.
    [GeneratedRegex("/wor" + "k/|/far" + "m/|/tmp/bash" + "_jobs|deb\\.debian" + "\\.org|nuget" + "\\.org|registry\\.npm" + "js")]
    private static partial Regex MachineText();

    [GeneratedRegex(@"^(\*\*Breaking\*\*|New API|Improvement|Bug Fix): \S")]
    private static partial Regex ChangelogEntry();

    [GeneratedRegex(@"#pragma warning disable [A-Z0-9, ]+(?<why>// \S.*)?")]
    private static partial Regex Suppression();
}

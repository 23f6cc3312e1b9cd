using System;
using System.Linq;
using System.Text.RegularExpressions;

namespace Repo.Tests;

/// <summary>A promise names the tests that hold it, and those exist.</summary>
public sealed partial class SecurityPromiseTests
{
    [Fact]
    public void Every_test_that_a_promise_names_exists()
    {
        var named = TestName().Matches(Repository.Read("SECURITY.md")).Select(match => match.Groups);
        Assert.NotEmpty(named);
        var sources = Repository.Files
            .Where(file => file.StartsWith("tests/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal))
            .Select(Repository.Read)
            .ToList();
        Assert.All(named, name => Assert.Contains(sources, source =>
            Regex.IsMatch(source, $@"\bclass {name["class"]}\b")
            && Regex.IsMatch(source, $@"\[(Fact|Theory)[^;{{]*\bpublic (async )?(void|Task) {name["test"]}\(")));
    }

    [Fact]
    public void Every_promise_names_a_test()
    {
        var promises = Section(Repository.Read("SECURITY.md"), "## Promises").Split("\n- ").Skip(1);
        Assert.All(promises, promise => Assert.Matches(TestName(), promise));
    }

    private static string Section(string text, string title) =>
        text.Split(title + "\n")[1].Split("\n## ")[0];

    [GeneratedRegex(@"`(?<class>\w+Tests)\.(?<test>\w+)`")]
    private static partial Regex TestName();
}

using System;
using System.Linq;

namespace PublicApi.Tests;

/// <summary>The difference that a failing baseline shows.</summary>
public sealed class BaselineTests
{
    [Theory]
    [InlineData("a\nb\n", "a\nc\n", "@@ line 1 @@\n a\n-b\n+c\n \n")]
    [InlineData("a\n", "a\nb\n", "@@ line 1 @@\n a\n+b\n \n")]
    [InlineData("a\nb\n", "b\n", "@@ line 1 @@\n-a\n b\n \n")]
    [InlineData("", "a", "@@ line 1 @@\n-\n+a\n")]
    [InlineData("a\nb\nc\nd\n", "a\nd\nb\nc\n", "@@ line 1 @@\n a\n+d\n b\n c\n-d\n \n")]
    public void Difference_is_unified(string approved, string actual, string expected) =>
        Assert.Equal("--- approved\n+++ actual\n" + expected, Baseline.Difference(approved, actual));

    [Fact]
    public void Unchanged_stretches_are_left_out_and_the_place_is_told()
    {
        var approved = string.Join('\n', Enumerable.Range(1, 100));
        var actual = approved.Replace("20", "twenty", StringComparison.Ordinal).Replace("80", "eighty", StringComparison.Ordinal);
        Assert.Equal(
            "--- approved\n+++ actual\n"
                + "@@ line 17 @@\n 17\n 18\n 19\n-20\n+twenty\n 21\n 22\n 23\n"
                + "@@ line 77 @@\n 77\n 78\n 79\n-80\n+eighty\n 81\n 82\n 83\n",
            Baseline.Difference(approved, actual));
    }

    [Fact]
    public void Same_text_is_no_failure() => Assert.Null(Baseline.Compare("tests/P/x.verified.txt", "a\n", "a\n"));

    [Fact]
    public void Missing_line_end_is_a_failure() => Assert.NotNull(Baseline.Compare("tests/P/x.verified.txt", "a\n", "a"));
}

using System;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Xen.Sys.Generator.Tests;

public class CacheTests
{
    private static readonly IncrementalStepRunReason[] Kept = [IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged];

    [Theory]
    [InlineData("class Program { void Typed() { } }")]
    [InlineData("namespace Other { struct bits { } }")]
    [InlineData("namespace Xen.Sys { partial struct bits { } }")]
    public void Typing_in_a_source_file_recomputes_nothing(string edited)
    {
        var run = new GeneratorRun(Metadata.Small, "bits\nouter", "class Program { }");
        run.Edit(edited);
        foreach (string stage in new[] { "HeaderTexts", "AbiModel", "Requests", "Options", "UserTypes", "Plan", "Files" })
            Assert.All(run.Reasons(stage), reason => Assert.Contains(reason, Kept));
        Assert.All(
            run.Result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs),
            output => Assert.Contains(output.Reason, Kept));
    }

    [Fact]
    public void A_new_request_parses_no_metadata_and_keeps_the_other_files()
    {
        var run = new GeneratorRun(Metadata.Small, "bits");
        run.EditFile("XenApis.txt", "bits\ninner");
        Assert.All(run.Reasons("AbiModel"), reason => Assert.Contains(reason, Kept));
        Assert.Equal([IncrementalStepRunReason.Modified], run.Reasons("Plan"));
        Assert.Single(run.Reasons("Files"), IncrementalStepRunReason.New);
        Assert.Single(run.Reasons("Files"), reason => Kept.Contains(reason));
    }

    [Fact]
    public void A_comment_among_the_requests_changes_no_file()
    {
        var run = new GeneratorRun(Metadata.Small, "bits\nouter");
        run.EditFile("XenApis.txt", "// bits and outer\nbits\nouter");
        Assert.All(run.Reasons("Files"), reason => Assert.Contains(reason, Kept));
    }

    [Fact]
    public void A_type_of_the_user_that_replaces_one_changes_the_plan()
    {
        var run = new GeneratorRun(Metadata.Small, "bits");
        run.Edit("namespace Xen.Sys { struct bits { } }");
        Assert.Equal([IncrementalStepRunReason.Modified], run.Reasons("Plan"));
        Assert.Empty(run.Files);
    }

    [Theory]
    [InlineData("# a new comment\n")]
    [InlineData("\n\n")]
    public void A_comment_in_the_metadata_changes_no_output(string text)
    {
        var run = new GeneratorRun(Metadata.Small, "bits\nouter");
        run.EditFile("test.abi", Metadata.Small.Replace("header test/outer.h", text + "header test/outer.h", StringComparison.Ordinal));
        Assert.Equal([IncrementalStepRunReason.Unchanged], run.Reasons("AbiModel"));
        Assert.All(run.Reasons("Plan").Concat(run.Reasons("Files")), reason => Assert.Contains(reason, Kept));
    }

    [Fact]
    public void A_changed_structure_re_emits_that_structure_alone()
    {
        var run = new GeneratorRun(Metadata.Small, "bits\nouter");
        run.EditFile("test.abi", Metadata.Small.Replace("@0.0:3 low u8", "@0.0:4 low u8", StringComparison.Ordinal));
        Assert.Single(run.Reasons("Files"), IncrementalStepRunReason.Modified);
    }

    [Fact]
    public void Other_metadata_stays_parsed_when_one_file_changes()
    {
        var run = new GeneratorRun(Metadata.Small, "bits", second: Metadata.Older);
        run.EditFile("second.abi", Metadata.Add(Metadata.Older, "99 NEW_ONE = 1"));
        Assert.Single(run.Reasons("AbiModel"), IncrementalStepRunReason.Modified);
        Assert.Single(run.Reasons("AbiModel"), reason => Kept.Contains(reason));
    }
}

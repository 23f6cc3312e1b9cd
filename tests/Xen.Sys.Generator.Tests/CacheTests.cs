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
        run.EditRequests("bits\ninner");
        Assert.All(run.Reasons("AbiModel"), reason => Assert.Contains(reason, Kept));
        Assert.Equal([IncrementalStepRunReason.Modified], run.Reasons("Plan"));
        Assert.Single(run.Reasons("Files"), IncrementalStepRunReason.New);
        Assert.Single(run.Reasons("Files"), reason => Kept.Contains(reason));
    }

    [Fact]
    public void A_comment_among_the_requests_changes_no_file()
    {
        var run = new GeneratorRun(Metadata.Small, "bits\nouter");
        run.EditRequests("// bits and outer\nbits\nouter");
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
}

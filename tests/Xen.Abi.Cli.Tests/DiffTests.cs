using System;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Xen.Abi.Cli.Tests;

public class DiffTests
{
    [Fact]
    public void Every_kind_of_difference_is_shown()
    {
        using var folder = new TemporaryFolder();
        ToolRun run = ToolRun.Of("diff", ToolRun.Sample, Changed(folder));
        Assert.Equal((1, ""), (run.Code, run.Error));
        run.MatchesBaseline("diff-sample");
    }

    [Fact]
    public void Json_has_the_same_differences()
    {
        using var folder = new TemporaryFolder();
        ToolRun run = ToolRun.Of("diff", ToolRun.Sample, Changed(folder), "--json");
        Assert.Equal(1, run.Code);
        run.MatchesBaseline("diff-sample-json");
        using JsonDocument json = JsonDocument.Parse(run.Out);
        Assert.Equal(["from", "to", "changes"], json.RootElement.EnumerateObject().Select(property => property.Name));
    }

    [Theory]
    [InlineData("4.17", "4.17")]
    [InlineData("xen-4.17/x86_64", "4.17/amd64")]
    [InlineData("linux-6.12", "linux-6.12")]
    [InlineData("4.17", "4.20", "ioreq")]
    public void Same_is_no_difference(params string[] args)
    {
        ToolRun run = ToolRun.Of(["diff", .. args]);
        Assert.Equal((0, "", ""), (run.Code, run.Out, run.Error));
    }

    [Theory]
    [InlineData("diff-releases", "4.17", "4.20", "xen_domctl_createdomain")]
    [InlineData("diff-targets", "4.17/x86_64", "4.17/arm64", "xen_domctl_getdomaininfo")]
    [InlineData("diff-newest-targets", "x86_64", "i386", "gnttab_copy")]
    public void Releases_and_targets_are_compared(string baseline, params string[] args)
    {
        ToolRun run = ToolRun.Of(["diff", .. args]);
        Assert.Equal(1, run.Code);
        run.MatchesBaseline(baseline);
    }

    [Theory]
    [InlineData("there is no release '4.9'; there is 4.20, 4.17, 4.14, linux-6.12", "4.9", "4.17")]
    [InlineData("there is no target of linux-6.12 'riscv64'; there is x86_64, aarch64, i386, armv7", "linux-6.12/riscv64", "4.17")]
    public void Unknown_side_fails(string message, params string[] args)
    {
        ToolRun run = ToolRun.Of(["diff", .. args]);
        Assert.Equal((1, "", $"xen-abi: {message}\n"), (run.Code, run.Out, run.Error));
    }

    [Fact]
    public void Sides_without_a_common_target_fail()
    {
        using var folder = new TemporaryFolder();
        string other = folder.Write("other.abi", "abi 2\nsource other 1\ntargets riscv64\nend 0\n");
        Assert.Equal("xen-abi: sample-1 and other-1 have no target in common\n", ToolRun.Of("diff", ToolRun.Sample, other).Error);
    }

    private static string Changed(TemporaryFolder folder) => folder.Write(
        "changed.abi",
        File.ReadAllText(ToolRun.Sample)
            .Replace("source sample 1", "source sample 2", StringComparison.Ordinal)
            .Replace("SAMPLE_MAX = 16", "SAMPLE_MAX = u32 32", StringComparison.Ordinal)
            .Replace("5 SAMPLE_OFF on i386 = -3\n", "5 SAMPLE_NEW on aarch64 = 1\n", StringComparison.Ordinal)
            .Replace("sample\\\"ring", "ring", StringComparison.Ordinal)
            .Replace("  7 SAMPLE_BUSY", "  8 SAMPLE_BUSY\n  9 SAMPLE_DONE", StringComparison.Ordinal)
            .Replace("sample_id_t = u16", "sample_id_t = i16", StringComparison.Ordinal)
            .Replace("@0.4:2 mode i8", "@0.3:3 mode i8", StringComparison.Ordinal)
            .Replace("  @88 level i8 | i386 @72\n", "  @90 depth u8 | i386 @74\n", StringComparison.Ordinal)
            .Replace("size 12 align 4\n", "size 12 align 2\n", StringComparison.Ordinal)
            .Replace("  @4 y f32", "  @4 y u32", StringComparison.Ordinal));
}

using System.Linq;
using System.Text.Json;

namespace Xen.Abi.Cli.Tests;

public class ListTests
{
    [Theory]
    [InlineData("list-all", "sample")]
    [InlineData("list-structs-of-one-target", "sample*", "--kind", "struct", "--arch", "i386")]
    [InlineData("list-header", "--header", "sample/*.h", "--kind", "const")]
    public void List_has_kind_name_detail_and_place(string baseline, params string[] args)
    {
        ToolRun run = ToolRun.OfSample(["list", .. args]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        run.MatchesBaseline(baseline);
    }

    [Theory]
    [InlineData("IOREQ_READ", 2)]
    [InlineData("ioreq_rea", 2)]
    [InlineData("?OREQ_READ", 1)]
    [InlineData("IOREQ_READ", 6, "--xen", "all")]
    [InlineData("IOREQ_READ", 0, "--kind", "struct")]
    [InlineData("IOREQ_READ", 0, "--header", "xen/domctl.h")]
    [InlineData("nothing_is_called_so", 0)]
    public void Pattern_is_a_part_of_the_name_or_has_wildcards(string pattern, int count, params string[] args)
    {
        ToolRun run = ToolRun.Of(["list", pattern, .. args]);
        Assert.Equal(count, run.Out.Split('\n').Length - 1);
        Assert.Equal(count == 0 ? 1 : 0, run.Code);
    }

    [Fact]
    public void Nested_records_are_listed_only_if_asked_for()
    {
        Assert.DoesNotContain("sample_ring.", ToolRun.OfSample("list", "sample").Out, System.StringComparison.Ordinal);
        Assert.Contains("sample_ring.pos", ToolRun.OfSample("list", "sample_ring.").Out, System.StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_an_object_for_each()
    {
        using JsonDocument json = JsonDocument.Parse(ToolRun.Of("list", "xen_dm_op_buf", "--kind", "struct", "--json").Out);
        Assert.Equal(
            ["xen_dm_op_buf struct 16 bytes xen/hvm/dm_op.h xen-4.20 x86_64,aarch64,armv7", "xen_dm_op_buf struct 8 bytes xen/hvm/dm_op.h xen-4.20 i386"],
            json.RootElement.EnumerateArray().Select(entry => string.Join(
                ' ', entry.GetProperty("name"), entry.GetProperty("kind"), entry.GetProperty("detail"), entry.GetProperty("header"),
                entry.GetProperty("release"), string.Join(',', entry.GetProperty("arch").EnumerateArray()))));
    }
}

using System;
using System.Linq;
using System.Text.Json;

namespace Xen.Abi.Cli.Tests;

public class ShowTests
{
    [Theory]
    [InlineData("show-ring", "sample_ring")]
    [InlineData("show-ring-expanded", "sample_ring", "--expand", "--arch", "i386")]
    [InlineData("show-typedef-of-record", "sample_entry_t", "--arch", "arm64")]
    [InlineData("show-typedef", "sample_callback")]
    [InlineData("show-enum", "sample_state")]
    [InlineData("show-enumerator", "SAMPLE_BUSY")]
    [InlineData("show-constant", "SAMPLE_MASK")]
    [InlineData("show-constant-of-one-target", "SAMPLE_OFF")]
    [InlineData("show-string", "SAMPLE_NAME")]
    public void Declaration_is_shown_in_C_with_its_layout(string baseline, params string[] args)
    {
        ToolRun run = ToolRun.OfSample(["show", .. args]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        run.MatchesBaseline(baseline);
    }

    [Fact]
    public void Ioreq_is_shown_with_its_bits() => ToolRun.Of("show", "struct", "ioreq").MatchesBaseline("show-ioreq");

    [Fact]
    public void Kind_before_the_name_must_be_its_own()
    {
        ToolRun run = ToolRun.Of("show", "union", "ioreq");
        Assert.Equal((1, "", "xen-abi: there is no union 'ioreq', but a struct\n"), (run.Code, run.Out, run.Error));
    }

    [Fact]
    public void Json_of_a_record_has_exactly_these_members()
    {
        using JsonDocument json = JsonDocument.Parse(ToolRun.OfSample("show", "sample_ring", "--json").Out);
        Assert.Equal(
            ["name", "kind", "xen", "arch", "size", "align", "fields"],
            json.RootElement.EnumerateObject().Select(property => property.Name));
        JsonElement[] fields = [.. json.RootElement.GetProperty("fields").EnumerateArray()];
        Assert.All(fields, field => Assert.Equal(
            ["name", "type", "offsetBits", "sizeBits", "bitField", "arrayLength"],
            field.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(
            ["kind u8 0 3 True -", "mode i8 4 2 True -", "name [7] char 8 56 False 7", " union sample_ring.@0 64 64 False -"],
            fields.Take(4).Select(field => string.Join(
                ' ', field.GetProperty("name"), field.GetProperty("type"), field.GetProperty("offsetBits"), field.GetProperty("sizeBits"),
                field.GetProperty("bitField"), field.GetProperty("arrayLength") is { ValueKind: JsonValueKind.Number } length ? length.ToString() : "-")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3, "--xen", "all")]
    [InlineData(2, "--xen", "4.14", "--xen", "4.20")]
    [InlineData(4, "--arch", "all")]
    [InlineData(1, "--arch", "amd64", "--xen", "4.17")]
    [InlineData(4, "--arch", "amd64", "--arch", "arm64", "--xen", "4.17", "--xen", "4.20")]
    public void Json_is_an_array_only_if_several_were_asked_for(int count, params string[] args)
    {
        using JsonDocument json = JsonDocument.Parse(ToolRun.Of(["show", "ioreq", "--json", .. args]).Out);
        if (count == 1)
            Assert.Equal("x86_64", json.RootElement.GetProperty("arch").GetString());
        else
            Assert.Equal(count, json.RootElement.GetArrayLength());
    }

    [Theory]
    [InlineData("IOREQ_READ", "const", "1")]
    [InlineData("XS_WATCH_TOKEN", "const", "1")]
    [InlineData("PRIVCMD_MMAPBATCH_MFN_ERROR", "const", "4026531840")]
    public void Json_of_a_constant_has_its_exact_value(string name, string kind, string value)
    {
        using JsonDocument json = JsonDocument.Parse(ToolRun.Of("show", name, "--json").Out);
        Assert.Equal((kind, value), (json.RootElement.GetProperty("kind").GetString(), json.RootElement.GetProperty("value").GetRawText()));
    }

    [Theory]
    [InlineData("ioreqq", "did you mean ioreq?")]
    [InlineData("xen_dm_op_creat_ioreq_server", "did you mean xen_dm_op_create_ioreq_server")]
    [InlineData("nothing_like_any_name_of_xen", "there is no name 'nothing_like_any_name_of_xen'")]
    public void Unknown_name_fails_and_suggests_the_nearest(string name, string message)
    {
        ToolRun run = ToolRun.Of("show", name);
        Assert.Equal((1, ""), (run.Code, run.Out));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no release of Xen '4.9'; there is 4.20, 4.17, 4.14", "--xen", "4.9")]
    [InlineData("there is no target 'sparc'; there is x86_64, aarch64, i386, armv7", "--arch", "sparc")]
    public void Unknown_release_or_target_fails_and_names_those_there_are(string message, params string[] args)
    {
        ToolRun run = ToolRun.Of(["show", "ioreq", .. args]);
        Assert.Equal((1, $"xen-abi: {message}\n"), (run.Code, run.Error));
    }

    [Fact]
    public void Malformed_metadata_is_reported_with_file_and_line()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("bad.abi", "abi 2\nsource x 1\ntargets x86_64\nheader a.h\n1 struct s size 4 align 3\n");
        Assert.Equal(
            (1, "", $"{file}(5): error XENABI005: the alignment is not a power of two\n"),
            ToolRun.Of("show", "s", "--metadata", file) is var run ? (run.Code, run.Out, run.Error) : default);
    }

    [Fact]
    public void Metadata_that_refers_to_itself_without_end_is_shown_once()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write(
            "loop.abi",
            """
            abi 2
            source x 1
            targets x86_64
            header a.h
            1 typedef loop_t = [2] loop_t
            2 struct outer size 4 align 4
              @0 - struct outer
              @0 self struct outer
              @0 t loop_t
            end 2
            """ + "\n");
        Assert.Equal(5, ToolRun.Of("show", "outer", "--expand", "--metadata", file).Out.TrimEnd('\n').Split('\n').Length - 1);
        Assert.Equal(4, ToolRun.With(new byte[4], "decode", "outer", "--metadata", file).Out.TrimEnd('\n').Split('\n').Length);
        Assert.Equal(0, ToolRun.Of("show", "loop_t", "--metadata", file).Code);
    }
}

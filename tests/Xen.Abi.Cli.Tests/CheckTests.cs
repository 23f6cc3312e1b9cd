using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Cli.Checking;
using Xen.Abi.Model;
using Xen.Headers;
using Xen.Headers.Tests;

namespace Xen.Abi.Cli.Tests;

public class CheckTests
{
    private static readonly string[] Targets = ["x86_64", "aarch64", "i386", "armv7"];

    public CheckTests() => HeaderCache.Require();

    [Fact]
    public void Compilers_confirm_all_metadata()
    {
        ToolRun run = ToolRun.Of("check", "--headers", HeaderCache.Headers, "--xen", "all", "--arch", "all");
        Assert.Equal((0, ""), (run.Code, run.Error));
        string[][] rows = [.. run.Out.Split('\n').TakeWhile(line => line.Length > 0).Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        string[] total = rows[^1];
        Assert.Equal(("total", "0"), (total[0], total[2]));
        Assert.InRange(int.Parse(total[1], System.Globalization.CultureInfo.InvariantCulture), 300_000, int.MaxValue);
        IEnumerable<string> releases = new Oracle(HeaderCache.Headers, 1).Releases.Select(release => release.FullName);
        Assert.Equal(
            from release in releases
            from target in Targets
            from compiler in CCompiler.All
            where compiler.Target == target
            select $"{release} {target} {compiler.Name}",
            rows[1..^1].Select(row => $"{row[0]} {row[1]} {row[2]}"));
        Assert.DoesNotContain("NOT CHECKED", run.Out, StringComparison.Ordinal);
    }

    /// <summary>Mistakes, what is said about them, and in which of the rounds they are made: those of one round do not meet.</summary>
    private static readonly (int Round, string Right, string Wrong, string Message)[] Mistakes =
    [
        (0, "  @24 vp_eport u32", "  @20 vp_eport u32", "struct ioreq.vp_eport: offset: 20 in the metadata, 24 in C"),
        (0, "struct buffered_iopage size 4096", "struct buffered_iopage size 4100", "struct buffered_iopage: size: 4100 in the metadata, 4096 in C"),
        (1, "struct buf_ioreq size 8 align 4", "struct buf_ioreq size 8 align 8", "struct buf_ioreq: alignment: 8 in the metadata, 4 in C"),
        (0, "IOREQ_READ = 1", "IOREQ_READ = 5", "const IOREQ_READ: value: 5 in the metadata, 1 in C"),
        (1, "IOREQ_READ = 1", "IOREQ_READ = u32 1", "const IOREQ_READ: sign: unsigned in the metadata, another in C"),
        (2, "IOREQ_READ = 1", "IOREQ_READ = i64 1", "const IOREQ_READ: size: 8 in the metadata, 4 in C"),
        (0, "  @30.4:1 data_is_ptr u8", "  @30.5:1 data_is_ptr u8", "struct ioreq.data_is_ptr: place: @30.5:1 in the metadata, @30.4:1 in C"),
        (0, "  @30.0:4 state u8", "  @30.0:3 state u8", "struct ioreq.state: place: @30.0:3 in the metadata, @30.0:4 in C"),
        (0, "  1 XS_WATCH_TOKEN", "  2 XS_WATCH_TOKEN", "enum xs_watch_type.XS_WATCH_TOKEN: value: 2 in the metadata, 1 in C"),
        (0, "enum xs_watch_type = u32", "enum xs_watch_type = u64", "enum xs_watch_type: size: 8 in the metadata, 4 in C"),
        (0, "typedef evtchn_port_t = u32", "typedef evtchn_port_t = i32", "typedef evtchn_port_t: sign: signed in the metadata, another in C"),
        (2, "typedef domid_t = u16", "typedef domid_t = u8", "typedef domid_t: size: 1 in the metadata, 2 in C"),
        (2, "  @8 buf_ioreq [511] buf_ioreq_t", "  @8 buf_ioreq [510] buf_ioreq_t", "struct buffered_iopage.buf_ioreq: number of elements: 510 in the metadata, 511 in C"),
        (0, "XS_WRITE_NONE = \"NONE\"", "XS_WRITE_NONE = \"NINE\"", "string XS_WRITE_NONE: text: \"NINE\" in the metadata, another in C"),
        (2, "  @24 vp_eport u32", "  @24 vp_eeport u32", "struct ioreq.vp_eeport: offset: 24 in the metadata, refused ("),
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Wrong_metadata_is_named_for_every_target_and_compiler(int round)
    {
        var mistakes = Mistakes.Where(mistake => mistake.Round == round).ToArray();
        IReadOnlyList<CheckResult> results = CheckChanged([.. mistakes.Select(mistake => (mistake.Right, mistake.Wrong, ""))]);
        Assert.Equal(CCompiler.All.Count, results.Count);
        foreach (CheckResult result in results)
        {
            Assert.All(mistakes, mistake => Assert.Contains(
                result.Failures,
                failure => failure.Code == "XENABI009" && failure.Line > 0 && failure.Path.StartsWith("xen/", StringComparison.Ordinal)
                    && failure.Text.StartsWith(mistake.Message, StringComparison.Ordinal)
                    && failure.Text.EndsWith($"(xen-4.20, {result.Scope.Target}, {result.Compiler.Name})", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("| i386 size 24 align 4", "| i386 size 28 align 4", "struct gnttab_copy size 40", "i386")]
    [InlineData("XEN_HYPERCALL_TAG on aarch64,armv7 = 3745", "XEN_HYPERCALL_TAG on aarch64,armv7 = 3746", "XEN_HYPERCALL_TAG", "aarch64", "armv7")]
    public void What_is_wrong_on_some_targets_fails_on_those_only(string right, string wrong, string line, params string[] targets)
    {
        IReadOnlyList<CheckResult> results = CheckChanged((right, wrong, line));
        Assert.Equal(targets, results.Where(result => result.Failures.Count > 0).Select(result => result.Scope.Target).Distinct().OrderBy(target => Array.IndexOf(Targets, target)));
    }

    [Fact]
    public void No_declaration_and_no_member_is_left_out()
    {
        var oracle = new Oracle(HeaderCache.Headers, Environment.ProcessorCount);
        foreach (CheckResult result in oracle.Run([.. oracle.Releases], _ => true, compiler => compiler.Family == "clang"))
        {
            HashSet<string> seen =
            [
                .. result.Said.Assertions.Select(assertion => PathOf(assertion.Item, assertion.Member)),
                .. result.Said.Bits.Select(probe => PathOf(probe.Item, probe.Field.Name)),
            ];
            IEnumerable<string> all = result.Scope.Items.SelectMany(item => MembersOf(item).Append("").Select(member => PathOf(item, member)));
            Assert.DoesNotContain(all, path => !seen.Contains(path));
        }

        static string PathOf(AbiItem item, string member) => $"{ItemKind.Of(item)} {item.Name} {member}";

        static IEnumerable<string> MembersOf(AbiItem item) => item switch
        {
            AbiRecord record => record.Fields.Select(field => field.Name).Where(name => name.Length > 0),
            AbiEnum enumeration => enumeration.Members.Select(member => member.Name),
            _ => [],
        };
    }

    [Fact]
    public void Failed_check_exits_with_1_and_names_the_line_of_the_header()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("changed.abi", Change(("IOREQ_READ = 1", "IOREQ_READ = 5", "")));
        ToolRun run = ToolRun.Of("check", "--headers", HeaderCache.Headers, "--metadata", file, "--arch", "arm64", "--compiler", "gcc", "-j", "1");
        Assert.Equal(1, run.Code);
        Assert.Equal("xen/hvm/ioreq.h(10): error XENABI009: const IOREQ_READ: value: 5 in the metadata, 1 in C (xen-4.20, aarch64, aarch64-linux-gnu-gcc)\n", run.Error);
        Assert.Contains("aarch64-linux-gnu-gcc", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Verbose_report_names_what_C_cannot_be_asked_for() => Assert.Contains(
        "  ioreq.data_is_ptr\n",
        ToolRun.Of("check", "--headers", HeaderCache.Headers, "--xen", "4.20", "--arch", "amd64", "--compiler", "clang", "-v").Out,
        StringComparison.Ordinal);

    [Fact]
    public void Headers_that_are_not_there_are_named_with_what_brings_them()
    {
        using var folder = new TemporaryFolder();
        folder.Write("manifest", File.ReadAllText(Path.Combine(HeaderCache.Headers, "manifest")));
        foreach (string file in Directory.GetFiles(Path.Combine(HeaderCache.Headers, "abi")))
            folder.Write("abi/" + Path.GetFileName(file), File.ReadAllText(file));
        ToolRun run = ToolRun.Of("check", "--headers", folder.Root);
        Assert.Equal((1, ""), (run.Code, run.Out));
        Assert.Matches("^xen-abi: error XENABI006: the headers of [a-z/-]+ are not below .*: run headers/refresh --fetch-only\n$", run.Error);
    }

    [Theory]
    [InlineData("this folder has no manifest", "check", "--headers", "/")]
    [InlineData("there is no release '4.9'", "check", "--xen", "4.9")]
    [InlineData("there is no target 'sparc'", "check", "--arch", "sparc")]
    public void Wrong_selection_fails(string message, params string[] args)
    {
        ToolRun run = ToolRun.Of([.. args, .. args.Contains("--headers") ? Array.Empty<string>() : ["--headers", HeaderCache.Headers]]);
        Assert.Equal(1, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_compiler_is_named_with_what_brings_it()
    {
        var error = Assert.Throws<HeaderReadException>(() => new CCompiler("gcc", "x86_64", "no-such-gcc").Compile("x.c", []));
        Assert.Equal("no-such-gcc cannot be run: 'headers/refresh --fetch-only' installs the compilers", error.Message);
    }

    private static IReadOnlyList<CheckResult> CheckChanged(params (string Right, string Wrong, string Line)[] mistakes)
    {
        using var folder = new TemporaryFolder();
        Release release = Metadata.ReadFile(folder.Write("changed.abi", Change(mistakes)));
        return new Oracle(HeaderCache.Headers, Environment.ProcessorCount).Run([release], _ => true, _ => true);
    }

    /// <summary>The metadata with mistakes, each in the first line that has both texts.</summary>
    private static string Change(params (string Right, string Wrong, string Line)[] mistakes)
    {
        string[] lines = File.ReadAllLines(Path.Combine(HeaderCache.Headers, "abi/xen-4.20.abi"));
        foreach ((string right, string wrong, string line) in mistakes)
        {
            int index = Array.FindIndex(lines, text => text.Contains(right, StringComparison.Ordinal) && text.Contains(line, StringComparison.Ordinal));
            Assert.True(index >= 0, right);
            lines[index] = lines[index].Replace(right, wrong, StringComparison.Ordinal);
        }

        return string.Join('\n', lines) + "\n";
    }
}

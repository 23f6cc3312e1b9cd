using System;
using System.Linq;

namespace Xen.Abi.Cli.Tests;

public class UsageTests
{
    public static TheoryData<string> Commands => ["list", "show", "diff", "decode", "check", "extract", "completion"];

    [Fact]
    public void Root_help_has_commands_and_exit_codes()
    {
        ToolRun run = ToolRun.Of("--help");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.All(Commands, command => Assert.Contains($"\n  {(string)command}", run.Out, StringComparison.Ordinal));
        Assert.Contains("Exit codes:\n  0  done; nothing differs\n  1  not found, different, or failed\n  2  the command line is wrong\n", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("refresh", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("__complete", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_of_each_command_ends_with_examples(string command)
    {
        ToolRun run = ToolRun.Of(command, "--help");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains($"Examples:\n  xen-abi {command}", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("show", "a", "b", "c")]
    [InlineData("show", "ioreq", "xen_dm_op")]
    [InlineData("show", "ioreq", "--colour")]
    [InlineData("list", "--kind", "class")]
    [InlineData("diff", "4.17")]
    [InlineData("decode", "ioreq", "--format", "morse")]
    [InlineData("decode", "ioreq", "--at", "-1")]
    [InlineData("check", "--compiler", "tcc")]
    [InlineData("check", "--jobs", "0")]
    [InlineData("extract")]
    [InlineData("extract", "a.h", "--target", "sparc")]
    [InlineData("extract", "a.h", "--source", "two words")]
    [InlineData("extract", "a.h", "--release", "")]
    [InlineData("completion", "cmd")]
    [InlineData("unknown")]
    public void Wrong_command_line_exits_with_2_and_refers_to_the_help(params string[] args)
    {
        ToolRun run = ToolRun.Of(args);
        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.Contains("--help'", run.Error, StringComparison.Ordinal);
        Assert.All(run.Error.TrimEnd('\n').Split('\n'), line => Assert.StartsWith("xen-abi: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Version_is_printed()
    {
        ToolRun run = ToolRun.Of("--version");
        Assert.Equal(0, run.Code);
        Assert.NotEmpty(run.Out.Trim());
    }

    [Theory]
    [InlineData("bash", "complete -F")]
    [InlineData("zsh", "compdef")]
    [InlineData("fish", "complete -c xen-abi")]
    public void Completion_script_asks_the_tool(string shell, string part)
    {
        ToolRun run = ToolRun.Of("completion", shell);
        Assert.Equal(0, run.Code);
        Assert.Contains(part, run.Out, StringComparison.Ordinal);
        Assert.Contains("xen-abi __complete -- ", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show", "sh")]
    [InlineData("ioreq", "show", "iore")]
    [InlineData("domid_t", "decode", "domid_")]
    [InlineData("IOREQ_READ", "show", "IOREQ_R")]
    [InlineData("4.17", "diff", "4.1")]
    [InlineData("aarch64", "diff", "4.17", "aa")]
    [InlineData("4.14", "show", "ioreq", "--xen", "")]
    [InlineData("armv7", "show", "ioreq", "--arch", "a")]
    [InlineData("typedef", "list", "--kind", "t")]
    [InlineData("--metadata", "show", "ioreq", "--me")]
    [InlineData("clang", "check", "--compiler", "")]
    [InlineData("aarch64", "extract", "a.h", "--target", "")]
    [InlineData("zsh", "completion", "")]
    [InlineData("hexdump", "decode", "ioreq", "--format", "")]
    public void Completion_offers_commands_options_and_names(string expected, params string[] words)
    {
        ToolRun run = ToolRun.Of(["__complete", "--", .. words]);
        Assert.Equal(0, run.Code);
        string[] offered = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(expected, offered);
        Assert.All(offered, word => Assert.StartsWith(words.Last(), word, StringComparison.Ordinal));
        Assert.DoesNotContain(offered, word => word.StartsWith('/'));
    }

    [Fact]
    public void Completion_of_decode_offers_types_only() =>
        Assert.DoesNotContain("IOREQ_READ", ToolRun.Of("__complete", "--", "decode", "IOREQ").Out, StringComparison.Ordinal);
}

using System;

namespace EndToEnd;

/// <summary>lab/exec's promises: output and exit code of the command, 124 for a time-out, 125 with a reason.</summary>
[Trait("Category", "Lab")]
public sealed class LabExecTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData(null, "4.17", "6.1.")]
    [InlineData("4.20", "4.20", "6.12.")]
    public void Command_runs_on_the_Xen_that_was_asked_for_and_its_exit_code_comes_back(string? asked, string xen, string linux)
    {
        string[] options = asked is null ? [] : ["--xen", asked];
        var run = Script.Run(log, "lab/exec", [.. options, "--", "sh", "-c", "xl info; echo to-stderr >&2; exit 7"]);
        Assert.Equal(7, run.ExitCode);
        Assert.Contains("to-stderr", run.Errors, StringComparison.Ordinal);
        Assert.Contains($"xen_version            : {xen}", run.Output, StringComparison.Ordinal);
        Assert.Contains($"release                : {linux}", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exec", "--", "true")]
    [InlineData("fetch")]
    [InlineData("mkguest", "none.cpio")]
    [InlineData("build-module", "none")]
    public void Unknown_Xen_is_125_and_the_known_ones_are_named(string script, params string[] arguments)
    {
        var run = Script.Run(log, $"lab/{script}", ["--xen", "4.99", .. arguments]);
        Assert.Equal(125, run.ExitCode);
        Assert.Contains("no Xen '4.99' here; known: 4.17, 4.20", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Dom0_has_the_processors_that_were_asked_for()
    {
        var run = Script.Run(log, "lab/exec", "--cpus", "2", "--", "sh", "-c", "xl info; nproc");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("nr_cpus                : 2", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n2\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Command_that_takes_too_long_is_124()
    {
        var run = Script.Run(log, "lab/exec", "--timeout", "3", "--", "sh", "-c", "echo begun; sleep 100");
        Assert.Equal(124, run.ExitCode);
        Assert.Contains("begun", run.Output, StringComparison.Ordinal);
        Assert.Contains("timed out", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Machine_that_does_not_answer_is_125_with_its_processors_state()
    {
        // A part of dom0's init answers; init itself cannot be stopped.
        var run = Script.Run(
            log, "lab/exec", "--still-timeout", "10", "--timeout", "100", "--",
            "sh", "-c", "kill -STOP $(pidof init); sleep 1000");
        Assert.Equal(125, run.ExitCode);
        Assert.Contains("the machine stood still", run.Errors, StringComparison.Ordinal);
        Assert.Matches("RIP=[0-9a-f]{16} .*HLT=", run.Errors);
        Assert.Contains("local APIC state", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Dom0_that_does_not_come_up_is_125_with_the_reason()
    {
        var run = Script.Run(log, "lab/exec", "--dom0-append", "rdinit=/nonexistent init=/nonexistent", "--", "true");
        Assert.Equal(125, run.ExitCode);
        Assert.Contains("dom0 never came up", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_use_is_125_and_says_where_help_is()
    {
        var run = Script.Run(log, "lab/exec", "--no-such-option", "--", "true");
        Assert.Equal(125, run.ExitCode);
        Assert.Contains("--help", run.Errors, StringComparison.Ordinal);
    }
}

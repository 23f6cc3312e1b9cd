using System;

namespace EndToEnd;

/// <summary>lab/exec's promises: output and exit code of the command, 124 for a time-out, 125 with a reason.</summary>
[Trait("Category", "Lab")]
public sealed class LabExecTests(ITestOutputHelper log)
{
    [Fact]
    public void Command_runs_on_the_real_Xen_and_its_exit_code_comes_back()
    {
        var run = Script.Run(log, "lab/exec", "--", "sh", "-c", "xl info; echo to-stderr >&2; exit 7");
        Assert.Equal(7, run.ExitCode);
        Assert.Contains("xen_version            : 4.17", run.Output, StringComparison.Ordinal);
        Assert.Contains("to-stderr", run.Errors, StringComparison.Ordinal);
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

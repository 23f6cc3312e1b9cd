using System;
using System.IO;

namespace BareMetal.Tests;

/// <summary>The monitor as dom0 of the real Xen, and its panics; <see cref="MonitorTests"/> has it as other domains.</summary>
[Trait("Category", "Lab")]
public sealed class BootTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("4.17", "domain-monitor: sysctl 0x15")]
    [InlineData("4.20", "domain-monitor: sysctl 0x15")]
    public void Dom0_checks_the_hypercalls_lists_itself_sleeps_and_ends(string xen, string sysctl)
    {
        var run = Boot("--xen", xen, Image.Of(log, Image.Monitor).Path, "interval=0.2", "count=3", "suite=1");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"domain-monitor: Xen {xen}.", run.Output, StringComparison.Ordinal);
        Assert.Contains(sysctl, run.Output, StringComparison.Ordinal);
        Assert.Matches(@"\nsuite: [1-9]\d* held, 0 not held\n", run.Output);
        Assert.DoesNotContain("not held:", run.Output, StringComparison.Ordinal);
        Assert.Contains("table 3, ", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n0 +- +r----- +- +1 +\d+ +\d+\.\d\d +\d+\.\d\n", run.Output);
        Assert.Contains("domain-monitor: done\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("Hardware Dom0 shutdown: rebooting machine", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("panic=trap", "panic: trap 0x0d (general protection), error code 0x0000\n")]
    [InlineData("panic=bounds", "panic: index out of range\n")]
    public void Panic_prints_its_cause_and_all_registers_and_ends_as_crashed(string fault, string cause)
    {
        var run = Boot(Image.Of(log, Image.Monitor).Path, fault);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(cause, run.Output, StringComparison.Ordinal);
        Assert.Matches(
            @"\nrip [0-9a-f]{16} rsp [0-9a-f]{16} rflags [0-9a-f]{16} cr2 [0-9a-f]{16} \nrax [0-9a-f]{16} ", run.Output);
        Assert.Matches(@"\nr13 [0-9a-f]{16} r14 [0-9a-f]{16} r15 [0-9a-f]{16} \n", run.Output);
        Assert.Contains("Hardware Dom0 crashed: rebooting machine", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Template_boots_and_ends()
    {
        var run = Boot(Image.Of(log, Image.Template).Path);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("as dom0\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("goodbye\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_image_is_125_with_the_reason()
    {
        var run = Boot(Path.Combine(RepositoryRoot.Folder, "no-such-image"));
        Assert.Equal(125, run.ExitCode);
        Assert.Contains("cannot read", run.Errors, StringComparison.Ordinal);
    }

    private Script Boot(params string[] arguments) => Script.Run(log, "lab/boot", arguments);
}

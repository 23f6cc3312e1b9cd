using System;
using System.Text.RegularExpressions;

namespace BareMetal.Tests;

/// <summary>The monitor on Xen for arm64, in QEMU: as dom0, and as domains beside Debian's dom0.</summary>
[Trait("Category", "Lab")]
public sealed partial class ArmBootTests(ITestOutputHelper log)
{
    [Fact]
    public void Monitor_is_dom0_of_Xen_for_arm64()
    {
        var run = Script.Run(
            log, "lab/boot", "--arch", "arm64", Image.Of(log, Image.Monitor, "arm64").Path, "interval=0.2", "count=2", "suite=1");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("in the initial domain", run.Output, StringComparison.Ordinal);
        Assert.Contains("domain-monitor: sysctl 0x15", run.Output, StringComparison.Ordinal);
        Assert.Matches(SuiteThatHeld(), run.Output);
        Assert.Matches(Dom0InTheSecondTable(), run.Output);
        Assert.Contains("domain-monitor: done", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Monitor_is_a_domain_on_arm64_and_its_faults_are_told_of()
    {
        const string Domains = """
            bare-domain.sh mon pvh /lab/monitor interval=0.1 count=2 suite=1
            bare-domain.sh trap pvh /lab/monitor panic=trap
            bare-domain.sh bounds pvh /lab/monitor panic=bounds
            bare-domain.sh null pvh /lab/monitor panic=null
            bare-domain.sh stack pvh /lab/monitor panic=stack
            """;
        var monitor = $"{Image.Of(log, Image.Monitor, "arm64").Path}:/lab/monitor";
        var run = Script.Run(log, "lab/exec", "--arch", "arm64", "--copy", monitor, "--", "sh", "-c", Domains);
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(SuiteThatHeld(), run.Output);
        Assert.Contains("domain-monitor: done", run.Output, StringComparison.Ordinal);
        Assert.Matches(Ended("mon", "s-"), run.Output);
        Assert.Contains("may not list domains: shows itself only", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^[1-9]\d* +mon +r----- +- +- +\d+ +- +-$", run.Output);

        Assert.Contains("panic: data abort\nesr ", run.Output, StringComparison.Ordinal);
        Assert.Contains("far dead000000000000", run.Output, StringComparison.Ordinal);
        Assert.Matches(Ended("trap", "sc"), run.Output);
        Assert.Contains("panic: index out of range\nelr ", run.Output, StringComparison.Ordinal);
        Assert.Matches(Ended("bounds", "sc"), run.Output);
        Assert.Matches(@"panic: data abort\nesr [0-9a-f]{16} far 0000000000000000 ", run.Output);
        Assert.Matches(Ended("null", "sc"), run.Output);
        Assert.Matches(Ended("stack", "sc"), run.Output);
    }

    // By the state that bare-domain.sh gives, of which only what says how it ended is the same each time.
    private static string Ended(string name, string state) => $"(?m)^{name} ended: .*{state}";

    [GeneratedRegex(@"suite: [1-9]\d* held, 0 not held")]
    private static partial Regex SuiteThatHeld();

    [GeneratedRegex(@"table 2,(.|\n)*\n *0 .*r-")]
    private static partial Regex Dom0InTheSecondTable();
}

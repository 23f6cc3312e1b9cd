using System;
using System.IO;
using System.Linq;

namespace EndToEnd;

/// <summary>Runs the conformance rules against the real Xen, in its dom0.</summary>
[Trait("Category", "Lab")]
public sealed class ConformanceTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("4.17")]
    [InlineData("4.20")]
    public void Rules_that_hold_for_the_simulated_Xen_hold_for_the_real_one(string xen)
    {
        var guest = LabMaterial.MakePausedGuest(
            log, Path.Combine(LabMaterial.NewFolder("conformance-" + xen), "conformance.cpio"), xen);

        var run = Script.Run(
            log, "lab/exec",
            [
                // One processor: under emulation, a vCPU that is to wake up on another one may take seconds.
                "--xen", xen, "--guest", guest, "--dotnet", LabMaterial.Built("Conformance"), "--mem", "1400", "--timeout", "600", "--",
                "dotnet", "/lab/app/Conformance.dll", "-noColor", "-trait", "Category=InDom0",
            ]);
        var total = run.Output.Split('\n').LastOrDefault(line => line.Contains("Total: ", StringComparison.Ordinal));
        log.WriteLine($"Xen {xen}: {total?.Trim()}");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Failed: 0, Skipped: 0, Not Run: 0", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Total: 0", run.Output, StringComparison.Ordinal);
    }
}

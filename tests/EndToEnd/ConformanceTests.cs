using System;
using System.IO;

namespace EndToEnd;

/// <summary>Runs the conformance rules against the real Xen, in its dom0.</summary>
[Trait("Category", "Lab")]
public sealed class ConformanceTests(ITestOutputHelper log)
{
    [Fact]
    public void Rules_that_hold_for_the_simulated_Xen_hold_for_the_real_one()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var assembly = RepositoryRoot.Combine("artifacts", "bin", "Conformance", configuration);
        var guest = LabMaterial.MakePausedGuest(
            log, Path.Combine(LabMaterial.NewFolder("conformance"), "conformance.cpio"));

        var run = Script.Run(
            log, "lab/exec", "--guest", guest, "--dotnet", assembly, "--mem", "1400", "--timeout", "600",
            "--", "dotnet", "/lab/app/Conformance.dll", "-trait", "Category=InDom0", "-noColor");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Failed: 0, Skipped: 0, Not Run: 0", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Total: 0", run.Output, StringComparison.Ordinal);
    }
}

using System;

namespace BareMetal.Tests;

/// <summary>The monitor beside real guests: what xl does with them, its table shows.</summary>
public sealed class MonitorTests(ITestOutputHelper log)
{
    [Theory]
    [Trait("Category", "Lab")]
    [InlineData("4.17")]
    [InlineData("4.20")]
    public void Table_follows_guests_that_are_created_paused_and_destroyed(string xen)
    {
        var image = Image.Of(log, Image.Monitor);
        var run = Script.Run(
            log, "lab/monitor", image.Path, "--xen", xen, "--timeout", "240", "--out", Image.NewFolder("monitor-" + xen));
        Assert.EndsWith("PASS\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
    }
}

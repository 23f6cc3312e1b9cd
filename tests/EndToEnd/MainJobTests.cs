using System;

namespace EndToEnd;

/// <summary>The main job on the real Xen with a real guest: what ./run does, and what happens when things end early.</summary>
[Trait("Category", "Lab")]
public sealed class MainJobTests(ITestOutputHelper log)
{
    [Fact]
    public void Guest_reads_and_writes_its_disk()
    {
        var run = RunScript("read-write");
        Assert.Contains("held    the guest read the known file", run.Output, StringComparison.Ordinal);
        Assert.Contains("held    the 16 MiB on the image have the checksum", run.Output, StringComparison.Ordinal);
        Assert.Contains("held    e2fsck finds the image clean", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_only_image_is_not_changed()
    {
        var run = RunScript("read-only");
        Assert.Contains("held    the guest's writes failed", run.Output, StringComparison.Ordinal);
        Assert.Contains("held    not one byte of the image changed", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Destroyed_guest_leaves_no_zombie_and_the_backend_ends()
    {
        var run = RunScript("destroy");
        Assert.Contains("by itself: yes", run.Output, StringComparison.Ordinal);
        Assert.Contains("held    no trace of the domain was left in Xen", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Backend_that_is_told_to_stop_ends_cleanly()
    {
        var run = RunScript("stop");
        Assert.Contains("done: asked to stop", run.Output, StringComparison.Ordinal);
        Assert.Contains("held    the image is whole", run.Output, StringComparison.Ordinal);
    }

    private Script RunScript(string scenario)
    {
        var folder = LabMaterial.RunFolder(scenario);
        var run = Script.Run(log, "run", "--scenario", scenario, "--out", folder);
        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith("PASS\n", run.Output, StringComparison.Ordinal);
        return run;
    }
}

using System;

namespace EndToEnd;

/// <summary>The main job on the real Xen with a real guest: what ./run does, and what happens when things end early.</summary>
[Trait("Category", "Lab")]
public sealed class MainJobTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("4.17", "pvh", "mmio", "raw", 1, 1)]
    [InlineData("4.17", "pvh", "mmio", "qcow2", 2, 4)]
    [InlineData("4.17", "hvm", "pci", "nbd", 1, 1)]
    [InlineData("4.20", "pvh", "mmio", "nbd", 4, 4)]
    [InlineData("4.20", "hvm", "pci", "raw", 2, 4)]
    [InlineData("4.20", "hvm", "pci", "qcow2", 1, 1)]
    public void Guest_reads_and_writes_its_disk(
        string xen, string type, string transport, string format, int vcpus, int queues)
    {
        var run = RunScript(
            "read-write", $"{xen}-{type}-{transport}-{format}", "--xen", xen, "--guest", type, "--transport", transport,
            "--format", format, "--vcpus", $"{vcpus}", "--queues", $"{queues}");
        // Linux takes no more queues than it has processors.
        Assert.Contains(
            $"queues {Math.Min(queues, vcpus)}, driver virtio_blk, on {(transport == "pci" ? "0000:00:10.0" : "LNRO0005:00")}",
            run.Output, StringComparison.Ordinal);
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
    public void Destroyed_guest_leaves_nothing_and_the_daemon_lives()
    {
        var run = RunScript("destroy");
        Assert.Contains("the daemon serves nothing any more", run.Output, StringComparison.Ordinal);
        Assert.Contains("held    no trace of the domain was left in Xen", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Daemon_that_is_told_to_stop_ends_cleanly()
    {
        var run = RunScript("stop");
        Assert.Contains("held    the daemon ended with exit code 0", run.Output, StringComparison.Ordinal);
        Assert.Contains("held    the image is whole", run.Output, StringComparison.Ordinal);
    }

    private Script RunScript(string scenario, string? name = null, params string[] options)
    {
        var folder = LabMaterial.RunFolder(name ?? scenario);
        var run = Script.Run(log, "run", ["--scenario", scenario, "--out", folder, "--program", LabMaterial.VirtioDisk, .. options]);
        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith("PASS\n", run.Output, StringComparison.Ordinal);
        return run;
    }
}

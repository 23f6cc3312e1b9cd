using System;

namespace EndToEnd;

/// <summary>The main job on the real Xen with a real guest: what ./run does, and what happens when things end early.</summary>
[Trait("Category", "Lab")]
public sealed class MainJobTests(ITestOutputHelper log)
{
    // One queue by mmio, and NBD by four of them: DiskFaultTests. Two disks share a boot, since one of HVM takes minutes.
    [Theory]
    [InlineData("4.17", "pvh", "mmio", "raw,qcow2", 2, 4)]
    [InlineData("4.17", "hvm", "pci", "nbd", 1, 1)]
    [InlineData("4.20", "hvm", "pci", "raw,qcow2", 2, 4)]
    public void Guest_reads_and_writes_its_disks(
        string xen, string type, string transport, string formats, int vcpus, int queues)
    {
        string[] options =
        [
            "--xen", xen, "--guest", type, "--transport", transport, "--format", formats, "--vcpus", $"{vcpus}",
            "--queues", $"{queues}",
        ];
        var run = RunScript("read-write", $"{xen}-{type}-{transport}-{formats}", options);
        Assert.Matches($@"GUEST: \[.*\] Linux .*, {type.ToUpperInvariant()}\r?\n", run.Output);
        Assert.Contains("held    the guest read the known file", run.Output, StringComparison.Ordinal);
        for (var disk = 0; disk < formats.Split(',').Length; disk++)
        {
            // Linux takes no more queues than it has processors.
            var place = transport == "pci" ? $"0000:00:1{disk}.0" : $"LNRO0005:0{disk}";
            Assert.Contains(
                $"queues {Math.Min(queues, vcpus)}, driver virtio_blk, on {place}", run.Output, StringComparison.Ordinal);
            var image = disk == 0 ? "disk.img" : "disk2.img";
            Assert.Contains(
                $"held    the 16 MiB on the image have the checksum that the guest computed: {image}",
                run.Output, StringComparison.Ordinal);
            Assert.Contains($"held    e2fsck finds the image clean: {image}", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Memory_of_a_guest_can_be_mapped_before_it_runs()
    {
        var run = RunReadOnly();
        Assert.Contains("held    the guest's memory was mapped at once", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_only_image_is_not_changed()
    {
        var run = RunReadOnly();
        Assert.Contains("held    the guest's writes failed", run.Output, StringComparison.Ordinal);
        Assert.Contains("held    not one byte of the image changed", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Destroyed_guest_leaves_nothing_and_the_daemon_lives()
    {
        var run = RunEarlyEnds();
        Assert.Contains("the daemon serves nothing any more", run.Output, StringComparison.Ordinal);
        Assert.Contains("held    no trace of the domain was left in Xen", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Daemon_that_is_told_to_stop_ends_cleanly()
    {
        var run = RunEarlyEnds();
        Assert.Contains("held    the daemon ended with exit code 0", run.Output, StringComparison.Ordinal);
        Assert.Contains("held    the image is whole", run.Output, StringComparison.Ordinal);
    }

    private Script RunReadOnly() => SharedRun.Of("read-only", () => RunScript("read-only", options: "--map-at-once"));

    // With one daemon: the first guest is destroyed, and then the daemon is told to stop while it serves the second one.
    private Script RunEarlyEnds() => SharedRun.Of("early-ends", () => RunScript("destroy,stop"));

    private Script RunScript(string scenario, string? name = null, params string[] options)
    {
        var folder = LabMaterial.RunFolder(name ?? scenario);
        var run = Script.Run(log, "run", ["--scenario", scenario, "--out", folder, "--program", LabMaterial.VirtioDisk, .. options]);
        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith("PASS\n", run.Output, StringComparison.Ordinal);
        return run;
    }
}

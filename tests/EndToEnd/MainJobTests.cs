using System;

namespace EndToEnd;

/// <summary>The main job on the real Xen with a real guest: what ./run does, and what happens when things end early.</summary>
[Trait("Category", "Lab")]
public sealed class MainJobTests(ITestOutputHelper log)
{
    // One queue by mmio, and NBD by four: DiskFaultTests. HVM guests, and split queues: HvmGuestTests.
    [Fact]
    public void Guest_reads_and_writes_its_disks() =>
        DiskScenario.ReadAndWrite(log, "4.17", "pvh", "mmio", "raw,qcow2", vcpus: 2, queues: 4, ring: "both");

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

    private Script RunReadOnly() => SharedRun.Of("read-only", () => DiskScenario.Run(log, "read-only", "--map-at-once"));

    // With one daemon: the first guest is destroyed, and then the daemon is told to stop while it serves the second one.
    private Script RunEarlyEnds() => SharedRun.Of("early-ends", () => DiskScenario.Run(log, "destroy,stop"));
}

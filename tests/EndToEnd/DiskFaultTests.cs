using System;

namespace EndToEnd;

/// <summary>What goes wrong around a disk on the real Xen, while a real guest uses it.</summary>
[Trait("Category", "Lab")]
public sealed class DiskFaultTests(ITestOutputHelper log)
{
    [Fact]
    public void Guest_loses_nothing_when_the_daemon_is_killed_and_started_again()
    {
        var run = RunScript("kill", "--xen", "4.20", "--format", "qcow2", "--seconds", "30");
        Assert.Contains("/dev/vda: packed queues", run.Output, StringComparison.Ordinal);
        Assert.Equal(3, run.Output.Split("the daemon is killed", StringSplitOptions.None).Length - 1);
        Assert.Contains("held    all that fio wrote was verified", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Guest_with_four_queues_waits_while_the_NBD_server_is_away()
    {
        var run = RunScript("nbd-restart", "--xen", "4.20", "--vcpus", "4", "--queues", "4", "--seconds", "20");
        Assert.Contains("queues 4, driver virtio_blk, on LNRO0005:00", run.Output, StringComparison.Ordinal);
        Assert.Contains("held    all that fio wrote was verified", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Full_file_system_is_an_error_of_the_guests_write_and_of_nothing_else() => RunScript("full");

    [Theory]
    [InlineData("raw")]
    [InlineData("qcow2")]
    public void Discarded_blocks_go_back_to_the_file_system(string format)
    {
        var run = format == "raw" ? RunRawDisk() : RunScript("discard", "--format", format);
        Assert.Contains("held    the image gave space back", run.Output, StringComparison.Ordinal);
        Assert.Contains("held    e2fsck finds the image clean", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Guest_sees_that_its_disk_has_grown()
    {
        var run = RunRawDisk();
        Assert.Contains("held    the guest used what is new of the disk", run.Output, StringComparison.Ordinal);
    }

    // One release; drivers of other devices on the other one: DevicesHostileTests.
    [Fact]
    public void Broken_and_malicious_drivers_leave_a_disk_that_works()
    {
        var run = LabScenario.Run(
            log, "lab/scenario/hostile", "--xen", "4.17", "--program", LabMaterial.VirtioDisk,
            "--out", LabMaterial.RunFolder("hostile"));
        run.AssertPassed();
        Assert.Contains("hostile: all held", run.Output, StringComparison.Ordinal);
    }

    private Script RunRawDisk() => SharedRun.Of("discard-resize", () => RunScript("discard,resize"));

    private Script RunScript(string scenario, params string[] options) => DiskScenario.Run(log, scenario, options);
}

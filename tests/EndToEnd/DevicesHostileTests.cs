namespace EndToEnd;

/// <summary>A guest on the real Xen whose drivers of virtio i2c, gpio, console and rng are broken and malicious.</summary>
[Trait("Category", "Lab")]
public sealed class DevicesHostileTests(ITestOutputHelper log)
{
    // One release; the disk's drivers on the other one: DiskFaultTests.
    [Fact]
    public void Broken_and_malicious_drivers_leave_devices_that_work()
    {
        var run = LabScenario.Run(
            log, "lab/scenario/devices-hostile", "--xen", "4.20", "--program", LabMaterial.VirtioHost,
            "--out", LabMaterial.RunFolder("devices-hostile"));
        run.AssertPassed();
        foreach (var kind in (string[])["i2c", "gpio", "console", "rng"])
            Assert.Matches($"hostile: all held: [0-9]+ cases of {kind}\n", run.Output);
    }
}

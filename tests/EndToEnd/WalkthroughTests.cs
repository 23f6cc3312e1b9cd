namespace EndToEnd;

/// <summary>The walk-throughs of the samples' pages, as they stand there, on the real Xen.</summary>
[Trait("Category", "Lab")]
public sealed class WalkthroughTests(ITestOutputHelper log)
{
    // One release: the pages have the command lines of libgpiod 2.
    [Fact]
    public void Pages_of_the_device_samples_work_as_they_are_written()
    {
        var run = LabScenario.Run(
            log, "lab/scenario/walkthrough", "--programs", RepositoryRoot.Combine("artifacts", "bin"),
            "--configuration", LabMaterial.Configuration, "--out", LabMaterial.RunFolder("walkthrough"));
        run.AssertPassed();
        foreach (var page in (string[])["virtio-i2c", "virtio-gpio", "virtio-rng", "virtio-console", "virtio-host"])
            Assert.Matches($@"held: {page}\n", run.Output);
    }
}

using System;
using System.IO;
using System.Linq;

namespace EndToEnd;

/// <summary>What virtio-disk says when it cannot serve: exit code, object, cause and what to do.</summary>
public sealed class VirtioDiskErrorTests(ITestOutputHelper log)
{
    [Fact]
    public void Wrong_options_are_2_and_each_is_named()
    {
        var run = RunOnThisMachine("serve", "--domain", "x", "--image", "a", "--mmio", "0xd0000010", "--irq", "99");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("'x' is not a guest's domain id", run.Errors, StringComparison.Ordinal);
        Assert.Contains("0xd0000010 is not on a page boundary", run.Errors, StringComparison.Ordinal);
        Assert.Contains("'99' is not an I/O APIC input", run.Errors, StringComparison.Ordinal);
        Assert.Equal(2, RunOnThisMachine("serve", "--domain", "3").ExitCode);
    }

    [Fact]
    public void Machine_without_Xen_is_1_and_says_so()
    {
        Assert.SkipWhen(Directory.Exists("/dev/xen"), "this machine has Xen's device files");
        var image = Path.GetTempFileName();
        File.WriteAllBytes(image, new byte[4096]);
        var run = RunOnThisMachine("serve", "--domain", "3", "--image", image, "--mmio", "0xd0000000", "--irq", "5");
        File.Delete(image);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("cannot open /dev/xen/privcmd: ENOENT (not a Xen machine", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Lab")]
    public void Every_refusal_in_dom0_says_why_and_leaves_nothing_behind()
    {
        var folder = LabMaterial.NewFolder("errors");
        var image = Path.Combine(folder, "disk.img");
        File.WriteAllBytes(image, new byte[1 << 20]);
        var guest = LabMaterial.MakePausedGuest(log, Path.Combine(folder, "disk.cpio"));

        var run = Script.Run(
            log, "lab/exec", "--disk", image, "--guest", guest, "--dotnet", LabMaterial.VirtioDisk,
            "--", "virtio-disk-errors.sh");
        Assert.Equal(0, run.ExitCode);
        Expect(run, "no-such-domain", 1, "domain 4242 failed: ESRCH", "xl list");
        Expect(run, "address-in-ram", 2, "0x1000000 is RAM");
        Expect(run, "address-of-io-apic", 2, "overlaps 0xfec00000");
        Expect(run, "no-image", 1, "/lab/none.img", "does not exist");
        Expect(run, "empty-image", 1, "/lab/empty.img", "empty");
        Expect(run, "no-event-channels", 1, "/dev/xen/evtchn", "modprobe xen-evtchn");
        Expect(run, "image-in-use", 1, "/dev/lab/disk0", "in use");
        Expect(run, "guest-in-use", 2, "has a device model already (IOREQ server 0)");
        Expect(run, "stopped-1", 0, "IOREQ server 0 of domain", "done: asked to stop");
        Expect(run, "stopped-2", 0, "IOREQ server 0 of domain", "done: asked to stop");
        Expect(run, "destroyed", 0, "has ended (Destroyed)");
        Assert.DoesNotContain("(null)", run.Output, StringComparison.Ordinal);
    }

    private static void Expect(Script run, string name, int exitCode, params string[] texts)
    {
        var line = run.Output.Split('\n').SingleOrDefault(
            line => line.StartsWith(name + ": ", StringComparison.Ordinal));
        Assert.NotNull(line);
        Assert.StartsWith($"{name}: {exitCode}: ", line, StringComparison.Ordinal);
        Assert.All(texts, text => Assert.Contains(text, line, StringComparison.Ordinal));
    }

    private Script RunOnThisMachine(params string[] arguments) =>
        Script.Run(log, "dotnet", [Path.Combine(LabMaterial.VirtioDisk, "virtio-disk.dll"), .. arguments]);
}

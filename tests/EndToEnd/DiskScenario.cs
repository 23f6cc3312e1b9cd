using System;

namespace EndToEnd;

/// <summary>A scenario of ./run, with the built virtio-disk.</summary>
internal static class DiskScenario
{
    /// <summary>A run of a scenario, or of several with commas between them, that passes.</summary>
    internal static Script Run(ITestOutputHelper log, string scenario, params string[] options)
    {
        var folder = LabMaterial.RunFolder($"{scenario}{string.Concat(options)}");
        var run = LabScenario.Run(
            log, "run", ["--scenario", scenario, "--out", folder, "--program", LabMaterial.VirtioDisk, .. options]);
        run.AssertPassed();
        return run;
    }

    /// <summary>A guest reads a known file on each of its disks, one for each format, and writes to them.</summary>
    internal static void ReadAndWrite(
        ITestOutputHelper log, string xen, string type, string transport, string formats, int vcpus, int queues,
        string ring)
    {
        var run = Run(
            log, "read-write", "--xen", xen, "--guest", type, "--transport", transport, "--format", formats, "--vcpus", $"{vcpus}",
            "--queues", $"{queues}", "--ring", ring);
        Assert.Matches($@"GUEST: \[.*\] Linux .*, {type.ToUpperInvariant()}\r?\n", run.Output);
        Assert.Contains("held    the guest read the known file", run.Output, StringComparison.Ordinal);
        for (var disk = 0; disk < formats.Split(',').Length; disk++)
        {
            // Linux takes no more queues than it has processors.
            var place = transport == "pci" ? $"0000:00:1{disk}.0" : $"LNRO0005:0{disk}";
            Assert.Contains(
                $"queues {Math.Min(queues, vcpus)}, driver virtio_blk, on {place}", run.Output, StringComparison.Ordinal);
            Assert.Contains(
                $"/dev/vd{(char)('a' + disk)}: {(ring == "split" ? "split" : "packed")} queues", run.Output, StringComparison.Ordinal);
            var image = disk == 0 ? "disk.img" : "disk2.img";
            Assert.Contains(
                $"held    the 16 MiB on the image have the checksum that the guest computed: {image}",
                run.Output, StringComparison.Ordinal);
            Assert.Contains($"held    e2fsck finds the image clean: {image}", run.Output, StringComparison.Ordinal);
        }
    }
}

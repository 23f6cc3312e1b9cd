using System;
using System.IO;

namespace EndToEnd;

/// <summary>The lab's promises on guests, and on kernel modules for them and for dom0.</summary>
[Trait("Category", "Lab")]
public sealed class LabGuestTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("4.17")]
    [InlineData("4.20")]
    public void Guest_without_a_device_model_reaches_user_space(string xen)
    {
        var run = RunModulesAndGuests(xen);
        Assert.Contains("type PV, 1 vcpus", run.Output, StringComparison.Ordinal);
        Assert.Contains("type PVH, 2 vcpus", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Guest_for_another_kernel_is_refused_with_what_to_do()
    {
        var guest = LabMaterial.MakePausedGuest(
            log, Path.Combine(LabMaterial.NewFolder("other-kernel"), "guest.cpio"));
        var run = Script.Run(log, "lab/exec", "--xen", "4.20", "--guest", guest, "--", "true");
        Assert.Equal(125, run.ExitCode);
        Assert.Contains("lab/mkguest --xen 4.20", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("memory", "pvh", "--memory: 256 MiB are too few")]
    [InlineData("hvm", "hvm", "--dotnet: not for an HVM guest")]
    public void Guest_that_could_not_run_DotNet_is_refused_before_anything_boots(string name, string type, string words)
    {
        var folder = LabMaterial.NewFolder("no-dotnet-" + name);
        var made = Script.Run(
            log, "lab/mkguest", Path.Combine(folder, "guest.cpio"), "--type", type, "--memory", "256",
            "--run", RepositoryRoot.Combine("lab", "guest", "init"), "--dotnet", LabMaterial.HelloHypercall);
        Assert.Equal(125, made.ExitCode);
        Assert.Contains(words, made.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData("4.17")]
    [InlineData("4.20")]
    public void Module_that_Debian_left_out_is_built_and_loads(string xen)
    {
        var run = RunModulesAndGuests(xen);
        Assert.Contains("i2c_virtio", run.Output, StringComparison.Ordinal);
        Assert.Contains("gpio_virtio", run.Output, StringComparison.Ordinal);
    }

    private Script RunModulesAndGuests(string xen) => SharedRun.Of("modules-and-guests-" + xen, () =>
    {
        var folder = LabMaterial.NewFolder("modules-" + xen);
        var built = Script.Run(log, "lab/build-module", "i2c-virtio", "gpio-virtio", "--xen", xen, "--out", folder);
        Assert.Equal(0, built.ExitCode);
        var run = Script.Run(
            log, "lab/exec", "--xen", xen, "--copy", folder + ":/lab/modules-built", "--guest", "pv", "--guest", "pvh",
            "--", "sh", "-c",
            "insmod /lab/modules-built/i2c-virtio.ko && insmod /lab/modules-built/gpio-virtio.ko && lsmod && "
            + "boot-guest.sh pv && boot-guest.sh pvh vcpus=2");
        Assert.Equal(0, run.ExitCode);
        return run;
    });
}

using System;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace EndToEnd;

/// <summary>hello-hypercall, the first program of a newcomer: it says what there is, and what to do about what is not.</summary>
public sealed class HelloHypercallTests(ITestOutputHelper log)
{
    [Fact]
    public void Machine_without_Xen_is_1_and_the_user_learns_what_to_do()
    {
        Assert.SkipWhen(Directory.Exists("/dev/xen"), "this machine has Xen's device files");
        var run = RunOnThisMachine();
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error: This machine does not run on Xen.", run.Output, StringComparison.Ordinal);
        Assert.Contains("-> Boot the machine by Xen", run.Output, StringComparison.Ordinal);
        Assert.Contains("lab/exec", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Errors);
    }

    [Fact]
    public void Machine_without_Xen_is_told_as_JSON_too()
    {
        Assert.SkipWhen(Directory.Exists("/dev/xen"), "this machine has Xen's device files");
        var run = RunOnThisMachine("--json");
        Assert.Equal(1, run.ExitCode);
        using var report = JsonDocument.Parse(run.Output);
        Assert.Equal("none", report.RootElement.GetProperty("kind").GetString());
        Assert.False(report.RootElement.GetProperty("usable").GetBoolean());
        Assert.Equal(
            ["not-xen"],
            report.RootElement.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("id").GetString()));
    }

    [Fact]
    public void Wrong_option_is_2()
    {
        var run = RunOnThisMachine("--no-such-option");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--no-such-option", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Category", "Lab")]
    [InlineData("4.17", "domctl        0x15 (Xen 4.17)")]
    [InlineData("4.20", "domctl        0x17 (Xen 4.19 to 4.21)")]
    public void Dom0_gets_an_answer_the_domains_and_the_driver_that_is_gone(string xen, string domctl)
    {
        var output = RunEverywhere(xen)[1];
        Assert.Contains("machine       control domain (dom0) (PV)", output, StringComparison.Ordinal);
        Assert.Contains($"Xen           {xen}.", output, StringComparison.Ordinal);
        Assert.Contains(domctl, output, StringComparison.Ordinal);
        Assert.Contains($"hello: the hypercall xen_version was answered with {xen}", output, StringComparison.Ordinal);
        Assert.Contains("running (PV)", output, StringComparison.Ordinal);
        Assert.DoesNotContain("warning:", output.Split("error:")[0], StringComparison.Ordinal);

        Assert.Contains("error: /dev/xen/privcmd is missing", output, StringComparison.Ordinal);
        Assert.Contains("-> modprobe xen-privcmd", output, StringComparison.Ordinal);

        using var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder(xen), "out", "report.json")));
        var root = report.RootElement;
        Assert.Equal("dom0", root.GetProperty("kind").GetString());
        Assert.True(root.GetProperty("sysctl").GetProperty("supported").GetBoolean());
        Assert.Equal(0, root.GetProperty("domains")[0].GetProperty("id").GetInt32());
        Assert.All(root.GetProperty("devices").EnumerateArray(), device => Assert.True(
            device.GetProperty("usable").GetBoolean(), device.GetProperty("path").GetString()));

        // Debian's kernels have all but the last two.
        Assert.Equal(
            ["IRQFD", "IOEVENTFD"],
            root.GetProperty("ioctls").EnumerateArray().Where(call => !call.GetProperty("present").GetBoolean())
                .Select(call => call.GetProperty("name").GetString()));
    }

    // The guest's script runs the program twice, and asks XenStore by a packet of its own.
    [Theory]
    [Trait("Category", "Lab")]
    [InlineData("4.17")]
    [InlineData("4.20")]
    public void Guest_is_told_that_its_kernel_keeps_hypercalls_back_and_gets_an_answer_once_it_does_not(string xen)
    {
        var output = RunEverywhere(xen)[0];
        foreach (var console in output.Split("GUEST-PASS")[..2])
        {
            Assert.Contains("/dev/xen/xenbus           usable", console, StringComparison.Ordinal);
            var (kept, through) = (console.Split("unrestricted\n")[0], console.Split("unrestricted\n")[1]);
            Assert.Contains("error: The driver refuses hypercalls (EPERM).", kept, StringComparison.Ordinal);
            Assert.Contains("xen_privcmd.unrestricted=1", kept, StringComparison.Ordinal);
            Assert.DoesNotContain("hello:", kept, StringComparison.Ordinal);
            Assert.Contains($"hello: the hypercall xen_version was answered with {xen}", through, StringComparison.Ordinal);
            Assert.Contains("This domain may not control others.", through, StringComparison.Ordinal);
            Assert.DoesNotContain("error:", through, StringComparison.Ordinal);
        }

        Assert.Contains("guest (domU) (PVH)", output, StringComparison.Ordinal);
        Assert.Contains("guest (domU) (PV)", output, StringComparison.Ordinal);
    }

    /// <summary>In guests and then in dom0, in one boot.</summary>
    /// <returns>What was printed in the guests, and in dom0.</returns>
    private string[] RunEverywhere(string xen)
    {
        const string Hello = "dotnet /lab/app/hello-hypercall.dll";
        const string Mark = "now dom0\n";
        var run = SharedRun.Of("hello-" + xen, () =>
        {
            LabMaterial.NewFolder("hello-" + xen);
            return Script.Run(
                log, "lab/exec", "--xen", xen, "--guest", MakeGuest("pvh"), "--guest", MakeGuest("pv"),
                "--dotnet", LabMaterial.HelloHypercall, "--out", Path.Combine(Folder(xen), "out"), "--", "sh", "-c",
                $"boot-guest.sh hello-pvh && boot-guest.sh hello-pv || exit 9; echo '{Mark.Trim()}'; "
                + $"{Hello} || exit 10; {Hello} --json > /out/report.json || exit 11; rm /dev/xen/privcmd; {Hello}; [ $? = 1 ]");
        });
        Assert.Equal(0, run.ExitCode);
        var outputs = run.Output.Split(Mark);
        Assert.Equal(2, outputs.Length);
        return outputs;

        string MakeGuest(string type)
        {
            var guest = Path.Combine(Folder(xen), $"hello-{type}.cpio");
            var made = Script.Run(
                log, "lab/mkguest", guest, "--xen", xen, "--type", type, "--virtio", "none",
                "--run", RepositoryRoot.Combine("lab", "guest", "hello-hypercall.sh"), "--dotnet", LabMaterial.HelloHypercall);
            Assert.Equal(0, made.ExitCode);
            return guest;
        }
    }

    private static string Folder(string xen) => LabMaterial.RunFolder("hello-" + xen);

    private Script RunOnThisMachine(params string[] arguments) => Script.Run(
        log, "dotnet", [Path.Combine(LabMaterial.HelloHypercall, "hello-hypercall.dll"), .. arguments]);
}

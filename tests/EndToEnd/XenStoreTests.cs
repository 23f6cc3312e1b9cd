using System;
using System.IO;
using System.Linq;

namespace EndToEnd;

/// <summary>The XenStore client on the real Xen: in dom0 through the socket and xenbus, and in a guest.</summary>
[Trait("Category", "Lab")]
public sealed class XenStoreTests(ITestOutputHelper log)
{
    [Fact]
    public void Client_keeps_its_promises_in_dom0_and_in_a_PVH_guest() =>
        Run("4.17", "pvh", runs: 2, $"{Command("InDom0")} -trait- Needs=Domains && ");

    // What it promises in dom0 takes minutes; of that, the whole store is read on this release.
    [Fact]
    public void Client_keeps_its_promises_in_a_PV_guest() => Run("4.20", "pv", runs: 1, "");

    private void Run(string xen, string guestType, int runs, string before)
    {
        var assembly = LabMaterial.Built("Xen.Store.Tests");
        var tool = LabMaterial.Built("xenstore") + ":/lab/xenstore";
        var folder = LabMaterial.NewFolder("xenstore-" + xen);
        var paused = LabMaterial.MakePausedGuest(log, Path.Combine(folder, "paused.cpio"), xen);
        var guest = Path.Combine(folder, "client.cpio");
        var script = Path.Combine(folder, "client.sh");
        File.WriteAllText(script, $"#!/bin/sh\n{Command("InDomU")}\n");
        Assert.Equal(0, Script.Run(
            log, "lab/mkguest", guest, "--xen", xen, "--type", guestType, "--virtio", "none",
            "--run", script, "--dotnet", assembly).ExitCode);

        var run = Script.Run(
            log, "lab/exec", "--xen", xen, "--guest", paused, "--guest", guest, "--dotnet", assembly, "--dotnet", tool,
            "--timeout", "1200", "--", "sh", "-c",
            $"{before}{SameAsUpstream} && boot-guest.sh client --limit 600");
        Assert.Equal(0, run.ExitCode);
        var totals = run.Output.Split('\n').Where(line => line.Contains("Total: ", StringComparison.Ordinal)).ToList();
        Assert.Equal(runs, totals.Count);
        Assert.All(totals, total => Assert.Contains("Errors: 0, Failed: 0, Skipped: 0, Not Run: 0", total, StringComparison.Ordinal));
        Assert.DoesNotContain(totals, total => total.Contains("Total: 0,", StringComparison.Ordinal));
    }

    // The whole store of a real dom0, by Xen's program and by ours, through both ways.
    private const string SameAsUpstream =
        "xenstore-ls -fp / > upstream && "
        + "dotnet /lab/xenstore/xenstore.dll ls -fp / > socket && cmp upstream socket && "
        + "dotnet /lab/xenstore/xenstore.dll --connect xenbus ls -fp / > xenbus && cmp upstream xenbus && "
        + "grep -q /local/domain/0/name socket";

    private static string Command(string category) =>
        $"dotnet /lab/app/Xen.Store.Tests.dll -noColor -parallel none -trait Category={category}";
}

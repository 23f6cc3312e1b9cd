using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;

namespace Xen.Privcmd.Probe;

/// <summary>Puts a report into words that a user can act on: what, why, and what to do.</summary>
internal static partial class HostFindings
{
    private const XenFindingSeverity Note = XenFindingSeverity.Information;
    private const XenFindingSeverity Warning = XenFindingSeverity.Warning;
    private const XenFindingSeverity Error = XenFindingSeverity.Error;

    /// <summary>All findings, the worst first, and within one severity in the order of a user's questions.</summary>
    internal static IReadOnlyList<XenHostFinding> Of(XenHostReport report, IHostFacts facts) =>
        [.. All(report, facts).OrderByDescending(finding => finding.Severity)];

    private static IEnumerable<XenHostFinding> All(XenHostReport report, IHostFacts facts)
    {
        if (!facts.IsLinux)
            return [NotLinux()];
        return report is { Kind: XenHostKind.NotXen, IsUsable: false } && !report.Devices.Any(device => device.Exists)
            ? [NotXen(report)]
            : OnXen(report, facts);
    }

    private static IEnumerable<XenHostFinding> OnXen(XenHostReport report, IHostFacts facts)
    {
        if (report.IsUsable)
            yield return Ready(report);
        if (Architectures(report) is { } mismatch)
            yield return mismatch;
        foreach (var device in report.Devices.Where(device => !device.IsUsable))
        {
            if (Device(device, report) is { } finding)
                yield return finding;
        }

        foreach (var call in report.DriverCalls)
        {
            if (Call(call, report) is { } finding)
                yield return finding;
        }

        if (report.IsUsable)
        {
            foreach (var finding in Interfaces(report))
                yield return finding;
        }

        if (!facts.Exists("/proc/xen/capabilities"))
            yield return NoXenFs();
    }

    private static XenHostFinding NotLinux() => new(
        "not-linux", Error, null,
        "This is not Linux.",
        "Hypercalls go through Linux's Xen drivers.",
        "Run this in a Linux domain of a Xen machine; SimulatedXen of Xen.Testing runs anywhere.");

    private static XenHostFinding NotXen(XenHostReport report) => new(
        "not-xen", Error, null,
        "This machine does not run on Xen.",
        report.HypervisorType is { } type
            ? $"/sys/hypervisor/type says \"{type}\"."
            : "The kernel says of no hypervisor (/sys/hypervisor/type is not there): no Xen is below it, or it is built"
                + " without CONFIG_XEN.",
        "Boot the machine by Xen (Debian: `apt install xen-system-amd64`, reboot, choose the entry \"with Xen\"), or try"
            + " `lab/exec`, which boots one in QEMU; SimulatedXen of Xen.Testing needs neither.");

    private static XenHostFinding Ready(XenHostReport report) => new(
        "ready", Note, null,
        report.Kind == XenHostKind.ControlDomain
            ? $"This is the control domain (dom0) of Xen {report.VersionText}."
            : $"This is a guest (domU) of Xen {report.VersionText}.",
        "Hypercalls can be made.",
        null);

    private static XenHostFinding? Architectures(XenHostReport report)
    {
        if (report.ProcessArchitecture != report.KernelArchitecture)
        {
            return new XenHostFinding(
                "wrong-architecture", Error, null,
                $"This process is for {report.ProcessArchitecture}, the kernel for {report.KernelArchitecture}.",
                "Structures of hypercalls have the layout of the kernel's architecture.",
                "Use the .NET runtime of the kernel's architecture.");
        }

        return report.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
            ? null
            : new XenHostFinding(
                "unsupported-architecture", Error, null,
                $"This SDK has no structures for {report.ProcessArchitecture}.",
                "Those of x86_64 and arm64 are generated from Xen's headers.",
                "Use an x86_64 or arm64 machine.");
    }

    private static XenHostFinding NoXenFs() => new(
        "xenfs-not-mounted", Note, "/proc/xen",
        "/proc/xen is not mounted.",
        "Older tools look there for what this domain may do; this SDK does not need it.",
        "mount -t xenfs xenfs /proc/xen");
}

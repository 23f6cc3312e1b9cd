using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Xen.Privcmd;
using Xen.Sys;

namespace HelloHypercall;

/// <summary>The report as aligned text.</summary>
internal static class ReportText
{
    private const int NameWidth = 26;
    private const int StateWidth = 10;
    private const ulong PagesPerMiB = (1 << 20) / XenPage.Size;
    private const double NanosecondsPerSecond = 1e9;

    internal static void Write(TextWriter text, XenHostReport report, Greeting greeting)
    {
        WriteMachine(text, report);
        if (report.Devices.Any(device => device.Exists))
            WriteDevices(text, report.Devices);
        if (report.DriverCalls.Count > 0)
            WriteCalls(text, report.DriverCalls);
        WriteFindings(text, report.Findings);
        WriteGreeting(text, greeting);
    }

    private static void WriteMachine(TextWriter text, XenHostReport report)
    {
        Line(text, "machine", report.Kind switch
        {
            XenHostKind.ControlDomain => "control domain (dom0)" + Parenthesised(report.GuestType),
            XenHostKind.Guest => "guest (domU)" + Parenthesised(report.GuestType),
            _ => "not Xen",
        });
        Line(text, "architecture", report.ProcessArchitecture.ToString());
        if (report.VersionText is not null)
            Line(text, "Xen", report.VersionText);
        if (report.Capabilities is { Length: > 0 })
            Line(text, "runs", report.Capabilities);
        if (report.IsUsable)
        {
            Line(text, "domctl", Interface(report.Domctl.Version, report.Domctl.Releases, report.DomctlErrno));
            Line(text, "sysctl", Interface(report.Sysctl.Version, report.Sysctl.Releases, report.SysctlErrno));
        }
    }

    private static void WriteDevices(TextWriter text, IReadOnlyList<XenDeviceReport> devices)
    {
        text.WriteLine("\ndevices");
        foreach (var device in devices)
        {
            var state = device.IsUsable ? "usable" : device.Exists ? XenErrno.Name(device.Errno) : "missing";
            Row(text, device.Path, state, device.Purpose);
        }
    }

    private static void WriteCalls(TextWriter text, IReadOnlyList<XenDriverCall> calls)
    {
        text.WriteLine("\nioctls of privcmd");
        foreach (var call in calls)
            Row(text, call.Name, call.IsPresent switch { true => "present", false => "absent", _ => "unknown" }, call.Purpose);
    }

    private static void WriteFindings(TextWriter text, IReadOnlyList<XenHostFinding> findings)
    {
        foreach (var finding in findings)
        {
            text.WriteLine($"\n{Word(finding.Severity)}: {finding.Summary}\n    {finding.Reason}");
            if (finding.Action is not null)
                text.WriteLine($"    -> {finding.Action}");
        }
    }

    private static void WriteGreeting(TextWriter text, Greeting greeting)
    {
        if (greeting.IsAnswered)
            text.WriteLine($"\nhello: the hypercall xen_version was answered with {greeting.Version}");
        if (greeting.Problem is not null)
            text.WriteLine("\n" + greeting.Problem);
        if (greeting.Domains is null)
            return;

        text.WriteLine("\n    id  vcpus      MiB      CPU s  state");
        foreach (var domain in greeting.Domains)
        {
            text.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{domain.Id.Value,6} {domain.OnlineVcpus,6} {domain.TotalPages / PagesPerMiB,8}"
                    + $" {domain.CpuTime / NanosecondsPerSecond,10:0.0}  {State(domain)}"));
        }
    }

    /// <summary>What a domain is doing, as words.</summary>
    internal static string State(DomainInfo domain)
    {
        var kind = domain.IsHvm ? "HVM" : "PV";
        var state = domain switch
        {
            { IsDying: true } => "dying",
            { IsShutDown: true } => "shut down",
            { IsPaused: true } => "paused",
            { IsRunning: true } => "running",
            { IsBlocked: true } => "blocked",
            _ => "waiting",
        };
        return $"{state} ({kind})";
    }

    /// <summary>How bad a finding is, in a word.</summary>
    internal static string Word(XenFindingSeverity severity) => severity switch
    {
        XenFindingSeverity.Error => "error",
        XenFindingSeverity.Warning => "warning",
        _ => "note",
    };

    private static string Interface(uint version, XenReleaseRange releases, int errno) => errno == 0
        ? string.Create(CultureInfo.InvariantCulture, $"0x{version:x} ({releases})")
        : $"no ({XenErrno.Name(errno)})";

    private static string Parenthesised(string? word) => word is null ? "" : $" ({word})";

    private static void Line(TextWriter text, string name, string value) => text.WriteLine($"{name,-14}{value}");

    private static void Row(TextWriter text, string name, string state, string purpose) =>
        text.WriteLine($"  {name.PadRight(NameWidth)}{state.PadRight(StateWidth)}{purpose}");
}

using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using Xen.Privcmd;
using Xen.Sys;

namespace HelloHypercall;

/// <summary>The report as JSON. Names stay; others may come.</summary>
internal static class ReportJson
{
    internal static void Write(Stream stream, XenHostReport report, Greeting greeting)
    {
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("kind", report.Kind switch
            {
                XenHostKind.ControlDomain => "dom0",
                XenHostKind.Guest => "domU",
                _ => "none",
            });
            json.WriteBoolean("usable", greeting.IsAnswered);
            json.WriteString("xen", report.VersionText);
            json.WriteString("guestType", report.GuestType);
            json.WriteString("architecture", report.ProcessArchitecture.ToString());
            json.WriteString("capabilities", report.Capabilities);
            Write(json, "domctl", report.Domctl.Version, report.Domctl.IsSupported, report.DomctlErrno);
            Write(json, "sysctl", report.Sysctl.Version, report.Sysctl.IsSupported, report.SysctlErrno);
            Write(json, report.Devices);
            Write(json, report.DriverCalls);
            Write(json, report.Findings);
            if (greeting.Domains is not null)
                Write(json, greeting.Domains);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, string name, uint version, bool isSupported, int errno)
    {
        json.WriteStartObject(name);
        json.WriteNumber("version", version);
        json.WriteBoolean("supported", isSupported);
        json.WriteString("error", errno == 0 ? null : XenErrno.Name(errno));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<XenDeviceReport> devices)
    {
        json.WriteStartArray("devices");
        foreach (var device in devices)
        {
            json.WriteStartObject();
            json.WriteString("path", device.Path);
            json.WriteString("module", device.Module);
            json.WriteBoolean("exists", device.Exists);
            json.WriteBoolean("usable", device.IsUsable);
            json.WriteString("error", device.IsUsable ? null : XenErrno.Name(device.Errno));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<XenDriverCall> calls)
    {
        json.WriteStartArray("ioctls");
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("name", call.Name);
            if (call.IsPresent is { } isPresent)
                json.WriteBoolean("present", isPresent);
            else
                json.WriteNull("present");
            json.WriteString("error", call.Errno == 0 ? null : XenErrno.Name(call.Errno));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<XenHostFinding> findings)
    {
        json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("id", finding.Id);
            json.WriteString("severity", ReportText.Word(finding.Severity));
            json.WriteString("subject", finding.Subject);
            json.WriteString("summary", finding.Summary);
            json.WriteString("reason", finding.Reason);
            json.WriteString("action", finding.Action);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<DomainInfo> domains)
    {
        json.WriteStartArray("domains");
        foreach (var domain in domains)
        {
            json.WriteStartObject();
            json.WriteNumber("id", domain.Id.Value);
            json.WriteNumber("vcpus", domain.OnlineVcpus);
            json.WriteNumber("pages", domain.TotalPages);
            json.WriteNumber("cpuTime", domain.CpuTime);
            json.WriteString("state", ReportText.State(domain));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

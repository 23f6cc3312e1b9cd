using System;
using System.Collections.Generic;
using System.Globalization;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Xen.Privcmd.Probe;

/// <summary>Asks a machine what it offers, one thing after the other.</summary>
internal sealed partial class HostProbe(IKernel kernel, IHostFacts facts)
{
    private const string Sys = "/sys/hypervisor/";
    private const string XenBus = "/dev/xen/xenbus";
    private const string XenBusBackend = "/dev/xen/xenbus_backend";
    private const string Privileges = "/proc/xen/capabilities";

    internal XenHostReport Run()
    {
        var report = new XenHostReport
        {
            IsPrivileged = facts.IsPrivileged,
            ProcessArchitecture = facts.ProcessArchitecture,
            KernelArchitecture = facts.KernelArchitecture,
        };
        if (facts.IsLinux)
        {
            report = WithKernelsWords(report);
            report = report with { Devices = [.. Devices()] };
            if (report.Device(XenDevice.Privcmd) is { IsUsable: true })
                report = WithXensWords(report with { DriverCalls = DriverCalls() });
        }

        return report with { Findings = HostFindings.Of(report, facts) };
    }

    // What sysfs and xenfs say needs no rights.
    private XenHostReport WithKernelsWords(XenHostReport report)
    {
        var type = facts.Read(Sys + "type");
        var isXen = type == "xen";
        return report with
        {
            HypervisorType = type,
            Kind = !isXen ? XenHostKind.NotXen : IsControlDomain() ? XenHostKind.ControlDomain : XenHostKind.Guest,
            GuestType = isXen ? facts.Read(Sys + "guest_type") : null,
            Version = isXen ? KernelsVersion() : null,
            VersionText = isXen && KernelsVersion() is { } version
                ? version + facts.Read(Sys + "version/extra")
                : null,
            Capabilities = isXen ? facts.Read(Sys + "properties/capabilities") : null,
        };
    }

    private bool IsControlDomain()
    {
        if (facts.Read(Privileges) is { } privileges)
            return privileges.Contains("control_d", StringComparison.Ordinal);

        // xenfs is not mounted everywhere. The features are hexadecimal digits.
        return uint.TryParse(
                facts.Read(Sys + "properties/features"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var features)
            && (features & (1U << XenAbi.XENFEAT_dom0)) != 0;
    }

    private XenVersion? KernelsVersion() =>
        ushort.TryParse(facts.Read(Sys + "version/major"), NumberStyles.None, CultureInfo.InvariantCulture, out var major)
        && ushort.TryParse(facts.Read(Sys + "version/minor"), NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            ? new XenVersion(major, minor)
            : null;

    private IEnumerable<XenDeviceReport> Devices() =>
    [
        Device(XenDevice.Privcmd, "xen-privcmd", "hypercalls, other domains' memory"),
        Device(XenDevice.Hypercall, "xen-privcmd", "memory for hypercalls"),
        Device(XenDevice.EventChannel, "xen-evtchn", "event channels"),
        Device(XenDevice.GrantDevice, "xen-gntdev", "pages that others grant"),
        Device(XenDevice.GrantAllocator, "xen-gntalloc", "pages to grant to others"),
        Device(XenBus, null, "XenStore"),
        Device(XenBusBackend, null, "XenStore's own daemon"),
    ];

    private XenDeviceReport Device(string path, string? module, string purpose)
    {
        var result = kernel.Open(path, Libc.O_RDWR, out var file);
        file?.Dispose();
        var exists = result.IsSuccess || facts.Exists(path);
        return new XenDeviceReport(path, module, purpose, exists, result.Errno);
    }

    // What needs hypercalls. Any domain may ask for the version.
    private XenHostReport WithXensWords(XenHostReport report)
    {
        PrivcmdTransport xen;
        try
        {
            xen = PrivcmdTransport.Open(kernel);
        }
        catch (XenUnavailableException)
        {
            return report;
        }

        using (xen)
        {
            var answer = XenVersionOp.GetVersion(xen, out var version);
            if (!answer.IsSuccess)
                return report;
            _ = XenVersionText.GetExtraVersion(xen, out var extra);
            var hasCapabilities = XenVersionText.GetCapabilities(xen, out var capabilities).IsSuccess;
            var domctlAnswer = DomctlInterface.Probe(xen, facts.ProcessArchitecture, out var domctl);
            var sysctlAnswer = SysctlInterface.Probe(xen, facts.ProcessArchitecture, out var sysctl);
            return report with
            {
                IsUsable = true,
                Kind = report.Kind != XenHostKind.NotXen ? report.Kind
                    : domctlAnswer.IsSuccess ? XenHostKind.ControlDomain : XenHostKind.Guest,
                Version = version,
                VersionText = version + extra,
                Capabilities = hasCapabilities ? capabilities : report.Capabilities,
                Domctl = domctl,
                DomctlErrno = domctlAnswer.Errno,
                Sysctl = sysctl,
                SysctlErrno = sysctlAnswer.Errno,
            };
        }
    }
}

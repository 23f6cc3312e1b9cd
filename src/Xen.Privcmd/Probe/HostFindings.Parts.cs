using System;
using System.Collections.Generic;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Xen.Privcmd.Probe;

/// <content>Devices, ioctls and interfaces.</content>
internal static partial class HostFindings
{
    private const string EventFdOption = "CONFIG_XEN_PRIVCMD_EVENTFD";

    private static XenHostFinding? Device(XenDeviceReport device, XenHostReport report)
    {
        // Only the control domain has it, and only XenStore's daemon uses it.
        if (device.Path.EndsWith("xenbus_backend", StringComparison.Ordinal))
            return null;
        var isDispensable = device.Path == XenDevice.Hypercall && report.Device(XenDevice.Privcmd) is { Exists: true };
        var severity = device.Path == XenDevice.Privcmd ? Error : isDispensable ? Note : Warning;
        if (isDispensable && !device.Exists)
            return WithoutBuffers(device);
        if (!device.Exists)
            return Missing(device, severity);
        return device.Errno is XenAbi.XEN_EACCES or XenAbi.XEN_EPERM
            ? new XenHostFinding(
                "device-forbidden", severity, device.Path,
                $"{device.Path} may not be opened ({XenErrno.Name(device.Errno)}).",
                report.IsPrivileged
                    ? "This process has the rights of root: a container or a security module forbids it."
                    : "Its permissions keep this user out, as is usual: who has it controls the machine.",
                report.IsPrivileged ? "Pass the device into the container, or run outside of it." : "Run as root.")
            : new XenHostFinding(
                "device-failed", severity, device.Path,
                $"{device.Path} cannot be opened ({XenErrno.Name(device.Errno)}).",
                XenErrno.Message(device.Errno) is { } message ? $"The driver says: {message}." : "The driver refuses it.",
                "See `dmesg | grep -i xen`, and docs/troubleshooting.md.");
    }

    // The driver is there, but has or shows only one of its two files.
    private static XenHostFinding WithoutBuffers(XenDeviceReport device) => new(
        "device-missing", Note, device.Path,
        $"{device.Path} is missing ({device.Purpose}).",
        "The kernel is older than Linux 4.18, or a container was given privcmd only. Locked memory is used instead, which the"
            + " kernel may move for a moment: a hypercall may then fail with EFAULT.",
        "In a container, pass this device, too.");

    private static XenHostFinding Missing(XenDeviceReport device, XenFindingSeverity severity) => new(
        "device-missing", severity, device.Path,
        $"{device.Path} is missing ({device.Purpose}).",
        device.Module is null
            ? "It is part of kernels that are built for Xen."
            : $"The kernel module {device.Module} is not loaded, or this kernel is built without it.",
        device.Module is null ? "Use a kernel with Xen's drivers, such as Debian's." : $"modprobe {device.Module}");

    private static XenHostFinding? Call(XenDriverCall call, XenHostReport report)
    {
        if (call is { Name: "HYPERCALL", Errno: not 0 })
            return Refused(call, report);
        if (call.IsPresent is not false)
            return null;
        return call.Name is "IRQFD" or "IOEVENTFD"
            ? new XenHostFinding(
                "ioctl-absent", Note, call.Name,
                $"The kernel has no {call.Name} ({call.Purpose}).",
                $"Its {EventFdOption} is off, as in Debian's kernels. The same is done here by system calls, a little slower.",
                null)
            : new XenHostFinding(
                "ioctl-absent", Warning, call.Name,
                $"The kernel's privcmd driver has no {call.Name} ({call.Purpose}).",
                "The kernel is older than this SDK is made for.",
                "Use Linux 4.18 or later.");
    }

    private static XenHostFinding Refused(XenDriverCall call, XenHostReport report) => new(
        "hypercalls-refused", Error, "HYPERCALL",
        $"The driver refuses hypercalls ({XenErrno.Name(call.Errno)}).",
        report.Kind == XenHostKind.Guest && call.Errno == XenAbi.XEN_EPERM
            ? "In a guest, newer kernels let through only those for a domain that the guest is the device model of."
                + " Event channels, grants and XenStore do not need them."
            : "Not even the question for Xen's version came through.",
        report.Kind == XenHostKind.Guest && call.Errno == XenAbi.XEN_EPERM
            ? "To leave it to Xen what a guest may do, boot with `xen_privcmd.unrestricted=1` on the kernel's command line."
            : "See `dmesg | grep -i xen`, and docs/troubleshooting.md.");

    private static IEnumerable<XenHostFinding> Interfaces(XenHostReport report)
    {
        if (report.DomctlErrno == XenAbi.XEN_EPERM)
        {
            yield return new XenHostFinding(
                "no-control", report.Kind == XenHostKind.ControlDomain ? Warning : Note, "domctl",
                "This domain may not control others.",
                report.Kind == XenHostKind.ControlDomain
                    ? "It is the control domain, but Xen's security policy refuses it."
                    : "A guest may ask Xen for its version, and use event channels, grants and XenStore.",
                report.Kind == XenHostKind.ControlDomain
                    ? "See Xen's `flask` option, and `xl dmesg`."
                    : "To list domains or to serve devices, run in dom0.");
            yield break;
        }

        if (Interface("domctl", report.DomctlErrno, report.Domctl.IsSupported, report.Domctl.ToString(), report) is { } domctl)
            yield return domctl;
        if (Interface("sysctl", report.SysctlErrno, report.Sysctl.IsSupported, report.Sysctl.ToString(), report) is { } sysctl)
            yield return sysctl;
    }

    private static XenHostFinding? Interface(
        string name, int errno, bool isSupported, string description, XenHostReport report)
    {
        if (errno == 0 && isSupported)
            return null;
        return new XenHostFinding(
            "interface-unsupported", Warning, name,
            errno switch
            {
                0 => $"Xen speaks {description}, whose structures this SDK does not have.",
                XenAbi.XEN_EACCES => $"Xen {report.VersionText} speaks a version of {name} that this SDK does not know.",
                _ => $"{name} was refused ({XenErrno.Name(errno)}).",
            },
            $"{name} changes with each release of Xen. What device models need is stable, and works.",
            "Use Xen 4.14, 4.17 or 4.19 to 4.21, or a later version of this SDK.");
    }
}

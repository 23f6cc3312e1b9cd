using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using Xen.Sys;

namespace Xen.Privcmd.Tests;

/// <summary>What a probe says of machines of all kinds: it never throws, and leaves nothing open.</summary>
public sealed class ProbeTests
{
    private const string Baselines = "tests/Xen.Privcmd.Tests/Baselines/";

    [Fact]
    public void Control_domain_has_all_that_it_needs()
    {
        var report = Probe(HostScript.ControlDomain());
        Assert.Equal(XenHostKind.ControlDomain, report.Kind);
        Assert.True(report.IsUsable);
        Assert.Equal(new XenVersion(4, 17), report.Version);
        Assert.Equal("4.17.4-pre", report.VersionText);
        Assert.Equal("xen-3.0-x86_64", report.Capabilities);
        Assert.True(report.Domctl.IsSupported);
        Assert.True(report.Sysctl.IsSupported);
        Assert.All(report.Devices, device => Assert.True(device.IsUsable, device.Path));
        Assert.All(report.Findings, finding => Assert.Equal(XenFindingSeverity.Information, finding.Severity));
        Baseline.Check(Baselines + "ProbeTests.ControlDomain.verified.txt", Words(report));
    }

    [Fact]
    public void Guest_is_told_what_it_may_not_do()
    {
        var report = Probe(HostScript.Guest());
        Assert.Equal(XenHostKind.Guest, report.Kind);
        Assert.True(report.IsUsable);
        Assert.Equal(XenAbi.XEN_EPERM, report.DomctlErrno);
        Baseline.Check(Baselines + "ProbeTests.Guest.verified.txt", Words(report));
    }

    [Fact]
    public void Machine_without_Xen_gets_one_finding_with_the_way_to_one()
    {
        var report = Probe(new HostScript());
        Assert.Equal(XenHostKind.NotXen, report.Kind);
        Assert.False(report.IsUsable);
        var finding = Assert.Single(report.Findings);
        Assert.Equal(("not-xen", XenFindingSeverity.Error), (finding.Id, finding.Severity));
        Baseline.Check(Baselines + "ProbeTests.NotXen.verified.txt", Words(report));
    }

    [Fact]
    public void Another_hypervisor_is_named()
    {
        var host = new HostScript();
        host.Files["/sys/hypervisor/type"] = "other";
        Assert.Contains("\"other\"", Probe(host).Findings.Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void System_that_is_no_Linux_is_not_asked_for_devices()
    {
        var report = Probe(new HostScript { IsLinux = false });
        Assert.Equal("not-linux", Assert.Single(report.Findings).Id);
        Assert.Empty(report.Devices);
    }

    [Theory]
    [InlineData("/dev/xen/privcmd", "xen-privcmd", XenFindingSeverity.Error)]
    [InlineData("/dev/xen/evtchn", "xen-evtchn", XenFindingSeverity.Warning)]
    [InlineData("/dev/xen/gntdev", "xen-gntdev", XenFindingSeverity.Warning)]
    [InlineData("/dev/xen/gntalloc", "xen-gntalloc", XenFindingSeverity.Warning)]
    public void Missing_device_is_named_with_its_module(string path, string module, XenFindingSeverity severity)
    {
        var host = HostScript.ControlDomain();
        host.Devices.Remove(path);
        var finding = Finding(Probe(host), "device-missing");
        Assert.Equal((path, severity), (finding.Subject, finding.Severity));
        Assert.Equal("modprobe " + module, finding.Action);
    }

    [Theory]
    [InlineData(true, "container")]
    [InlineData(false, "Run as root")]
    public void Device_without_permission_says_who_may_open_it(bool isPrivileged, string advice)
    {
        var host = new HostScript { IsPrivileged = isPrivileged };
        host.Files["/sys/hypervisor/type"] = "xen";
        host.Devices["/dev/xen/privcmd"] = XenAbi.XEN_EACCES;
        var report = Probe(host);
        Assert.False(report.IsUsable);
        Assert.True(report.Device("/dev/xen/privcmd")!.Exists);
        Assert.Contains(advice, Finding(report, "device-forbidden").Action!, StringComparison.Ordinal);
    }

    [Fact]
    public void Device_that_exists_is_what_the_advice_is_about_where_the_kernel_hides_Xen()
    {
        var host = new HostScript { IsPrivileged = false };
        host.Devices["/dev/xen/privcmd"] = XenAbi.XEN_EACCES;
        var report = Probe(host);
        Assert.Equal("/dev/xen/privcmd", Finding(report, "device-forbidden").Subject);
        Assert.DoesNotContain(report.Findings, finding => finding.Id == "not-xen");
    }

    [Fact]
    public void Memory_for_hypercalls_is_taken_elsewhere_where_only_its_device_is_missing()
    {
        var host = HostScript.ControlDomain();
        host.Devices.Remove("/dev/xen/hypercall");
        var report = Probe(host);
        Assert.True(report.IsUsable);
        var finding = Finding(report, "device-missing");
        Assert.Equal(("/dev/xen/hypercall", XenFindingSeverity.Information), (finding.Subject, finding.Severity));
        Assert.Contains("Locked memory", finding.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("modprobe", finding.Action!, StringComparison.Ordinal);
    }

    [Fact]
    public void Driver_that_fails_is_told_with_its_errno()
    {
        var host = HostScript.ControlDomain();
        host.Devices["/dev/xen/evtchn"] = XenAbi.XEN_EIO;
        Assert.Contains("EIO", Finding(Probe(host), "device-failed").Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(XenAbi.IOCTL_PRIVCMD_DM_OP, "DM_OP", XenFindingSeverity.Warning)]
    [InlineData(XenAbi.IOCTL_PRIVCMD_MMAPBATCH_V2, "MMAPBATCH_V2", XenFindingSeverity.Warning)]
    [InlineData(XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE, "MMAP_RESOURCE", XenFindingSeverity.Warning)]
    [InlineData(XenAbi.IOCTL_PRIVCMD_RESTRICT, "RESTRICT", XenFindingSeverity.Warning)]
    [InlineData(XenAbi.IOCTL_PRIVCMD_IRQFD, "IRQFD", XenFindingSeverity.Information)]
    [InlineData(XenAbi.IOCTL_PRIVCMD_IOEVENTFD, "IOEVENTFD", XenFindingSeverity.Information)]
    public void Ioctl_that_a_kernel_lacks_is_found(ulong request, string name, XenFindingSeverity severity)
    {
        var host = HostScript.ControlDomain();
        host.Refused.Clear();
        Assert.All(Probe(host).DriverCalls, call => Assert.True(call.IsPresent, call.Name));

        const int NoSuchIoctl = 25;
        host.Refused[request] = NoSuchIoctl;
        var report = Probe(host);
        Assert.Equal([name], report.DriverCalls.Where(call => call.IsPresent == false).Select(call => call.Name));
        var finding = Finding(report, "ioctl-absent");
        Assert.Equal((name, severity), (finding.Subject, finding.Severity));
        Assert.True(report.IsUsable);
    }

    [Fact]
    public void Ioctl_that_is_forbidden_is_unknown()
    {
        var host = HostScript.ControlDomain();
        host.Refused[XenAbi.IOCTL_PRIVCMD_DM_OP] = XenAbi.XEN_EPERM;
        Assert.Null(Probe(host).DriverCalls.Single(call => call.Name == "DM_OP").IsPresent);
    }

    [Fact]
    public void Refused_hypercalls_make_the_machine_unusable()
    {
        var host = HostScript.ControlDomain();
        host.Refused[XenAbi.IOCTL_PRIVCMD_HYPERCALL] = XenAbi.XEN_ENODEV;
        var report = Probe(host);
        Assert.False(report.IsUsable);
        Assert.Equal(XenFindingSeverity.Error, Finding(report, "hypercalls-refused").Severity);
    }

    [Fact]
    public void Guest_whose_kernel_keeps_hypercalls_back_learns_the_switch()
    {
        var host = HostScript.Guest();
        host.Refused[XenAbi.IOCTL_PRIVCMD_HYPERCALL] = XenAbi.XEN_EPERM;
        var report = Probe(host);
        Assert.Equal((XenHostKind.Guest, false), (report.Kind, report.IsUsable));
        Assert.Contains("unrestricted=1", Finding(report, "hypercalls-refused").Action!, StringComparison.Ordinal);

        var dom0 = HostScript.ControlDomain();
        dom0.Refused[XenAbi.IOCTL_PRIVCMD_HYPERCALL] = XenAbi.XEN_EPERM;
        Assert.DoesNotContain("unrestricted", Finding(Probe(dom0), "hypercalls-refused").Action!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x16, 0x15, "domctl 0x16")]
    [InlineData(0x15, 0x14, "sysctl 0x14")]
    [InlineData(0x77, 0x15, "version of domctl")]
    public void Interface_without_structures_is_a_warning_and_stable_hypercalls_go_on(
        int domctl, int sysctl, string words)
    {
        var host = HostScript.ControlDomain();
        (host.DomctlVersion, host.SysctlVersion) = ((uint)domctl, (uint)sysctl);
        var report = Probe(host);
        Assert.True(report.IsUsable);
        var finding = Finding(report, "interface-unsupported");
        Assert.Equal(XenFindingSeverity.Warning, finding.Severity);
        Assert.Contains(words, finding.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Architecture.X86, Architecture.X64, "wrong-architecture")]
    [InlineData(Architecture.X64, Architecture.Arm64, "wrong-architecture")]
    [InlineData(Architecture.Arm, Architecture.Arm, "unsupported-architecture")]
    [InlineData(Architecture.RiscV64, Architecture.RiscV64, "unsupported-architecture")]
    public void Architecture_without_structures_is_an_error(Architecture process, Architecture kernel, string id)
    {
        var host = new HostScript { ProcessArchitecture = process, KernelArchitecture = kernel };
        host.Files["/sys/hypervisor/type"] = "xen";
        Assert.Equal(XenFindingSeverity.Error, Finding(Probe(host), id).Severity);
    }

    [Theory]
    [InlineData("00002f05", XenHostKind.ControlDomain)]
    [InlineData("00002705", XenHostKind.Guest)]
    [InlineData("nonsense", XenHostKind.Guest)]
    public void Features_say_whether_it_is_dom0_where_xenfs_is_not_mounted(string features, XenHostKind kind)
    {
        var host = HostScript.Guest();
        host.Files.Remove("/proc/xen/capabilities");
        host.Files["/sys/hypervisor/properties/features"] = features;
        var report = Probe(host);
        Assert.Equal(kind, report.Kind);
        Assert.Equal("mount -t xenfs xenfs /proc/xen", Finding(report, "xenfs-not-mounted").Action);
    }

    [Fact]
    public void Kernel_that_hides_Xen_is_found_out_by_the_hypercall()
    {
        var host = HostScript.ControlDomain();
        host.Files.Clear();
        var report = Probe(host);
        Assert.True(report.IsUsable);
        Assert.Equal(XenHostKind.ControlDomain, report.Kind);
    }

    [Fact]
    public void Worst_finding_is_the_first()
    {
        var host = HostScript.ControlDomain();
        host.Devices.Remove("/dev/xen/privcmd");
        host.Devices.Remove("/dev/xen/evtchn");
        host.Files.Remove("/proc/xen/capabilities");
        var severities = Probe(host).Findings.Select(finding => finding.Severity).ToList();
        Assert.Equal(severities.OrderDescending(), severities);
        Assert.Equal(XenFindingSeverity.Error, severities[0]);
    }

    [Fact]
    public void Any_mixture_of_refusals_gives_a_report_and_leaves_no_file_open()
    {
        var random = new Random(20260404);
        int[] errnos = [0, 0, XenAbi.XEN_ENOENT, XenAbi.XEN_EACCES, XenAbi.XEN_ENODEV, XenAbi.XEN_ENOMEM, 25, 203];
        ulong[] requests = [XenAbi.IOCTL_PRIVCMD_HYPERCALL, XenAbi.IOCTL_PRIVCMD_DM_OP, XenAbi.IOCTL_PRIVCMD_RESTRICT];
        for (var i = 0; i < 1000; i++)
        {
            var host = random.Next(2) == 0 ? HostScript.ControlDomain() : HostScript.Guest();
            foreach (var device in host.Devices.Keys.ToList())
                host.Devices[device] = errnos[random.Next(errnos.Length)];
            foreach (var file in host.Files.Keys.ToList().Where(_ => random.Next(3) == 0))
                host.Files[file] = random.Next(2) == 0 ? "" : "\uffff12345678901234567890";
            foreach (var request in requests.Where(_ => random.Next(3) == 0))
                host.Refused[request] = errnos[random.Next(2, errnos.Length)];
            (host.DomctlVersion, host.SysctlVersion) = ((uint)random.Next(0x20), (uint)random.Next(0x20));
            var report = Probe(host);
            Assert.NotEmpty(report.Findings);
            Assert.All(report.Findings, finding => Assert.False(string.IsNullOrWhiteSpace(finding.Summary + finding.Reason)));
            Assert.Equal(0, host.OpenFiles);
        }
    }

    [Fact]
    public void This_machine_is_reported_whatever_it_is()
    {
        var report = XenHost.Probe();
        Assert.NotEmpty(report.Findings);
        Assert.SkipWhen(Directory.Exists("/dev/xen"), "this machine has Xen's device files");
        Assert.False(report.IsUsable);
    }

    private static XenHostReport Probe(HostScript host) => XenHost.Probe(host, host);

    private static XenHostFinding Finding(XenHostReport report, string id) =>
        Assert.Single(report.Findings, finding => finding.Id == id);

    private static string Words(XenHostReport report)
    {
        var text = new StringBuilder();
        foreach (var finding in report.Findings)
        {
            text.Append(CultureInfo.InvariantCulture, $"{finding.Severity} {finding.Id} {finding.Subject}\n");
            text.Append(CultureInfo.InvariantCulture, $"  {finding.Summary}\n  {finding.Reason}\n");
            if (finding.Action is not null)
                text.Append(CultureInfo.InvariantCulture, $"  -> {finding.Action}\n");
        }

        return text.ToString();
    }
}

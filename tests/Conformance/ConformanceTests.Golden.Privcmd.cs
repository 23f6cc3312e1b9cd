using Conformance.Golden;
using Xen.Sys;
using V4_17Abi = Xen.Sys.V4_17.XenAbi;

namespace Conformance;

/// <content>The golden table's lines about other requests to privcmd: HYPERCALL, and what a kernel may lack.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    [Golden(
        "privcmd/unknown-request", "privcmd/irqfd", "privcmd/ioeventfd", "privcmd/number-of-hypercall",
        "privcmd/number-of-mmapbatch-v2", "privcmd/number-of-dm-op", "privcmd/number-of-restrict",
        "privcmd/number-of-mmap-resource", "privcmd/number-of-irqfd", "privcmd/number-of-ioeventfd")]
    public void Request_that_the_kernel_lacks_is_refused_as_unknown_or_as_switched_off()
    {
        const ulong UnknownRequest = ('P' << 8) | 0xff;
        using var privcmd = OpenPrivcmd();
        Golden("privcmd/unknown-request", privcmd.Ioctl(UnknownRequest));
        var irqfd = default(privcmd_irqfd);
        Golden("privcmd/irqfd", privcmd.Ioctl(XenAbi.IOCTL_PRIVCMD_IRQFD, ref irqfd));
        var ioeventfd = default(privcmd_ioeventfd);
        Golden("privcmd/ioeventfd", privcmd.Ioctl(XenAbi.IOCTL_PRIVCMD_IOEVENTFD, ref ioeventfd));

        Golden("privcmd/number-of-hypercall", (long)XenAbi.IOCTL_PRIVCMD_HYPERCALL);
        Golden("privcmd/number-of-mmapbatch-v2", (long)XenAbi.IOCTL_PRIVCMD_MMAPBATCH_V2);
        Golden("privcmd/number-of-dm-op", (long)XenAbi.IOCTL_PRIVCMD_DM_OP);
        Golden("privcmd/number-of-restrict", (long)XenAbi.IOCTL_PRIVCMD_RESTRICT);
        Golden("privcmd/number-of-mmap-resource", (long)XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE);
        Golden("privcmd/number-of-irqfd", (long)XenAbi.IOCTL_PRIVCMD_IRQFD);
        Golden("privcmd/number-of-ioeventfd", (long)XenAbi.IOCTL_PRIVCMD_IOEVENTFD);
    }

    [Fact]
    [Golden(
        "hypercall/xen-version", "hypercall/number-63", "hypercall/domctl-of-another-version",
        "hypercall/domctl-of-its-version", "hypercall/sysctl-of-another-version", "hypercall/sysctl-of-its-version")]
    public void Hypercall_is_passed_on_and_tools_must_speak_its_version()
    {
        const uint OtherVersion = 0x14;
        using var privcmd = OpenPrivcmd();
        Golden("hypercall/xen-version", Hypercall(XenAbi.__HYPERVISOR_xen_version));
        Golden("hypercall/number-63", Hypercall(63));
        Golden(
            "hypercall/domctl-of-another-version",
            -CallAs(XenAbi.__HYPERVISOR_domctl, V4_17Abi.XEN_DOMCTL_getdomaininfo, OtherVersion));
        Golden(
            "hypercall/domctl-of-its-version",
            -CallAs(XenAbi.__HYPERVISOR_domctl, V4_17Abi.XEN_DOMCTL_getdomaininfo, Versions.Domctl.Version));
        Golden(
            "hypercall/sysctl-of-another-version",
            -CallAs(XenAbi.__HYPERVISOR_sysctl, V4_17Abi.XEN_SYSCTL_physinfo, OtherVersion));
        Golden(
            "hypercall/sysctl-of-its-version",
            -CallAs(XenAbi.__HYPERVISOR_sysctl, V4_17Abi.XEN_SYSCTL_physinfo, Versions.Sysctl.Version));

        HypercallResult Hypercall(uint number)
        {
            var call = new privcmd_hypercall { op = number };
            return privcmd.Ioctl(XenAbi.IOCTL_PRIVCMD_HYPERCALL, ref call);
        }
    }
}

using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>What the kernel can do by itself with eventfds: IRQFD and IOEVENTFD, which many kernels lack.</summary>
internal static unsafe class KernelEvents
{
    // _IOC(_IOC_NONE, 'P', 0xff, 0): a number that the driver does not have, and will not get.
    private const ulong NoRequest = 0x50ff;

    // All but DEASSIGN, which is bit 0 for both.
    private const uint NoFlags = uint.MaxValue - 1;

    /// <summary>Whether the kernel has IRQFD.</summary>
    internal static bool HasInterrupts(PrivcmdTransport transport, DomainId domain)
    {
        var request = new privcmd_irqfd { flags = NoFlags, dom = domain.Value };

        // SAFETY: the kernel copies the structure.
        return IsKnown(transport, transport.Control(XenAbi.IOCTL_PRIVCMD_IRQFD, &request));
    }

    /// <summary>Whether the kernel has IOEVENTFD, and can look into the page of the requests.</summary>
    internal static bool HasIo(PrivcmdTransport transport, DomainId domain)
    {
        var request = new privcmd_ioeventfd { flags = NoFlags, dom = domain.Value };

        // SAFETY: the kernel copies the structure.
        return IsKnown(transport, transport.Control(XenAbi.IOCTL_PRIVCMD_IOEVENTFD, &request))
            && IsAutoTranslated(transport);
    }

    // The flags are looked at before all but the domain, and these are none: a kernel that has the request says EINVAL. So may one
    // that is too old to know what it does not know.
    private static bool IsKnown(PrivcmdTransport transport, HypercallResult answer) =>
        answer.Errno == XenAbi.XEN_EINVAL && transport.Control(NoRequest, null).Errno != XenAbi.XEN_EINVAL;

    // A PV domain maps foreign frames without having pages for them: the kernel would look for the requests nowhere. On Arm
    // the answer is known.
    private static bool IsAutoTranslated(PrivcmdTransport transport) =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 || transport.IsAutoTranslated;
}

using System.Collections.Generic;
using System.Runtime.InteropServices;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Xen.Privcmd.Probe;

/// <content>
/// Which ioctls the privcmd driver has. Each is asked for in a way that a driver which has it refuses, or that changes
/// nothing, on an open file of the probe's own.
/// </content>
// SAFETY: the kernel copies each structure, which has the length that the ioctl is defined with, and none leads to memory.
internal sealed unsafe partial class HostProbe
{
    private const uint NoSuchFlags = ~1U;

    private List<XenDriverCall> DriverCalls()
    {
        if (!kernel.Open(XenDevice.Privcmd, Libc.O_RDWR, out var file).IsSuccess || file is null)
            return [];

        using (file)
        {
            return
            [
                Ask(file, XenAbi.IOCTL_PRIVCMD_HYPERCALL, "HYPERCALL", "hypercalls", Version()),
                Ask(file, XenAbi.IOCTL_PRIVCMD_DM_OP, "DM_OP", "device model operations", NoBuffers()),
                Ask(file, XenAbi.IOCTL_PRIVCMD_MMAPBATCH_V2, "MMAPBATCH_V2", "other domains' memory", NoFrames()),
                Ask(file, XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE, "MMAP_RESOURCE", "pages of IOREQ servers", NoResource()),
                Ask(file, XenAbi.IOCTL_PRIVCMD_RESTRICT, "RESTRICT", "giving up all domains but one", Nobody()),
                Ask(
                    file, XenAbi.IOCTL_PRIVCMD_IRQFD, "IRQFD", "interrupts without a system call of ours",
                    new privcmd_irqfd { flags = NoSuchFlags }),
                Ask(
                    file, XenAbi.IOCTL_PRIVCMD_IOEVENTFD, "IOEVENTFD", "guests' doorbells without a system call of ours",
                    new privcmd_ioeventfd { flags = NoSuchFlags }),
            ];
        }
    }

    private XenDriverCall Ask<T>(SafeHandle file, ulong request, string name, string purpose, T argument)
        where T : unmanaged
    {
        var errno = kernel.Ioctl(file, request, &argument).Errno;
        var isAbsent = errno is Libc.ENOTTY or XenAbi.XEN_EOPNOTSUPP or XenAbi.XEN_ENOSYS;

        // A kernel that forbids it does not say whether it has it.
        return new XenDriverCall(name, purpose, errno == XenAbi.XEN_EPERM ? null : !isAbsent, errno);
    }

    private static privcmd_hypercall Version() =>
        PrivcmdTransport.Pack(XenAbi.__HYPERVISOR_xen_version, XenAbi.XENVER_version, 0, 0, 0, 0);

    private static privcmd_dm_op NoBuffers() => new() { dom = DomainId.Invalid.Value };

    private static privcmd_mmapbatch_v2 NoFrames() => new() { dom = DomainId.Invalid.Value };

    // The question how large a resource of nobody is.
    private static privcmd_mmap_resource NoResource() => new() { dom = DomainId.Invalid.Value };

    // To be restricted to nobody is what a file begins with.
    private static ushort Nobody() => DomainId.Invalid.Value;
}

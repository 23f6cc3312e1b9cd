using System;
using Xen.Sys;

namespace Xen.Testing.Linux.Privcmd;

/// <content>IRQFD and IOEVENTFD, which many kernels do not have.</content>
// SAFETY: as the other part of this class says.
internal sealed unsafe partial class PrivcmdFile
{
    // The first releases that know of the requests.
    private static readonly Version LinuxWithIrqfd = new(6, 6);
    private static readonly Version LinuxWithIoeventfd = new(6, 7);

    private HypercallResult InterruptEvent(void* argument)
    {
        if (!Linux.HasEventFds)
            return Failure(Linux.Release < LinuxWithIrqfd ? KernelErrno.NotATerminal : XenAbi.XEN_EOPNOTSUPP);
        if (!UserMemory.TryRead(argument, out privcmd_irqfd irqfd))
            return Failure(XenAbi.XEN_EFAULT);
        if (IsForbidden(irqfd.dom))
            return Failure(XenAbi.XEN_EPERM);
        if ((irqfd.flags & ~XenAbi.PRIVCMD_IRQFD_FLAG_DEASSIGN) != 0)
            return Failure(XenAbi.XEN_EINVAL);
        if ((irqfd.flags & XenAbi.PRIVCMD_IRQFD_FLAG_DEASSIGN) != 0)
            return Linux.InterruptFds.Deassign(irqfd.fd);
        if (irqfd.size > MaximumBufferSize)
            return Failure(XenAbi.XEN_E2BIG);
        var operation = new byte[irqfd.size];

        // SAFETY: the copy is as long as is read; what the process points to is refused if it is not there.
        fixed (byte* copy = operation)
        {
            if (!UserMemory.TryRead((void*)irqfd.dm_op, copy, (nuint)operation.Length))
                return Failure(XenAbi.XEN_EFAULT);
        }

        return Linux.InterruptFds.Assign(irqfd.fd, new DomainId(irqfd.dom), operation);
    }

    private HypercallResult IoEvent(void* argument)
    {
        if (!Linux.HasEventFds)
            return Failure(Linux.Release < LinuxWithIoeventfd ? KernelErrno.NotATerminal : XenAbi.XEN_EOPNOTSUPP);
        if (!UserMemory.TryRead(argument, out privcmd_ioeventfd ioevent))
            return Failure(XenAbi.XEN_EFAULT);
        if (IsForbidden(ioevent.dom))
            return Failure(XenAbi.XEN_EPERM);
        if ((ioevent.flags & ~XenAbi.PRIVCMD_IOEVENTFD_FLAG_DEASSIGN) != 0)
            return Failure(XenAbi.XEN_EINVAL);
        return (ioevent.flags & XenAbi.PRIVCMD_IOEVENTFD_FLAG_DEASSIGN) != 0
            ? Linux.IoEventFds.Deassign(ioevent)
            : Linux.IoEventFds.Assign(ioevent);
    }
}

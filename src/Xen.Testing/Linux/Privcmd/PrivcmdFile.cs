using Xen.Sys;

namespace Xen.Testing.Linux.Privcmd;

/// <summary><c>/dev/xen/privcmd</c>.</summary>
// SAFETY: the process's addresses are copied from by the host's kernel, or refused; the hypervisor is pointed to locals of
// the calling method, of the type that the operation has.
internal sealed unsafe partial class PrivcmdFile(SimulatedLinux linux, string path) : SimulatedFile(linux, path)
{
    // The drivers' own limits, above Xen's.
    private const int MaximumBuffers = 16;
    private const ulong MaximumBufferSize = 4096;

    private ushort? _onlyDomain;

    internal override HypercallResult Ioctl(ulong request, void* argument) => request switch
    {
        XenAbi.IOCTL_PRIVCMD_HYPERCALL => Hypercall(argument),
        XenAbi.IOCTL_PRIVCMD_DM_OP => DeviceModelOp(argument),
        XenAbi.IOCTL_PRIVCMD_RESTRICT => Restrict(argument),
        XenAbi.IOCTL_PRIVCMD_MMAPBATCH_V2 => MapBatch(argument),
        XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE => MapResource(argument),
        XenAbi.IOCTL_PRIVCMD_IRQFD => InterruptEvent(argument),
        XenAbi.IOCTL_PRIVCMD_IOEVENTFD => IoEvent(argument),
        _ => Failure(KernelErrno.NotATerminal),
    };

    internal override HypercallResult Map(in MapRequest request, out VirtualArea? area)
    {
        area = new ForeignArea(Linux.Xen.MachineMemory, request.Pages, request.Protection) { File = this };
        return default;
    }

    /// <summary>An area that was mapped from this file is gone.</summary>
    internal void AreaVanished(ForeignArea area) => Linux.IoEventFds.Forget(area);

    private static HypercallResult Failure(int errno) => HypercallResult.Failure(errno);

    private bool IsForbidden(ushort domain) => _onlyDomain is not null && domain != _onlyDomain;

    private HypercallResult Hypercall(void* argument)
    {
        if (_onlyDomain is not null)
            return Failure(XenAbi.XEN_EPERM);
        if (!UserMemory.TryRead(argument, out privcmd_hypercall call))
            return Failure(XenAbi.XEN_EFAULT);
        return Linux.Xen.Call(
            Linux.Caller, (uint)call.op, call.arg[0], call.arg[1], call.arg[2], call.arg[3], call.arg[4]);
    }

    private HypercallResult DeviceModelOp(void* argument)
    {
        if (!UserMemory.TryRead(argument, out privcmd_dm_op op))
            return Failure(XenAbi.XEN_EFAULT);
        if (IsForbidden(op.dom))
            return Failure(XenAbi.XEN_EPERM);
        if (op.num == 0)
            return default;
        if (op.num > MaximumBuffers)
            return Failure(XenAbi.XEN_E2BIG);

        var buffers = stackalloc xen_dm_op_buf[MaximumBuffers];
        if (!UserMemory.TryRead(op.ubufs, buffers, (nuint)(op.num * sizeof(xen_dm_op_buf))))
            return Failure(XenAbi.XEN_EFAULT);
        for (var i = 0; i < op.num; i++)
        {
            if (buffers[i].size > MaximumBufferSize)
                return Failure(XenAbi.XEN_E2BIG);
            if (!UserMemory.Exists(buffers[i].h.Pointer, (nuint)buffers[i].size))
                return Failure(XenAbi.XEN_EFAULT);
        }

        return Linux.Xen.DeviceModelOp(Linux.Caller, new DomainId(op.dom), buffers, op.num);
    }

    private HypercallResult Restrict(void* argument)
    {
        if (!UserMemory.TryRead(argument, out ushort domain))
            return Failure(XenAbi.XEN_EFAULT);
        if (IsForbidden(domain))
            return Failure(XenAbi.XEN_EINVAL);
        _onlyDomain = domain;
        return default;
    }
}

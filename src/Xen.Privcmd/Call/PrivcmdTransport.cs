using System;
using Microsoft.Win32.SafeHandles;
using Xen.Privcmd.Native;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>Hypercalls through <c>/dev/xen/privcmd</c>.</summary>
/// <remarks>One open file for the life of the object. Thread-safe.</remarks>
public sealed unsafe class PrivcmdTransport : IHypercallTransport, IDisposable
{
    private const string DevicePath = "/dev/xen/privcmd";

    private readonly SafeFileHandle _privcmd;
    private readonly HypercallBufferCache _buffers;

    private PrivcmdTransport(SafeFileHandle privcmd)
    {
        _privcmd = privcmd;
        _buffers = new HypercallBufferCache();
    }

    /// <summary>Opens the driver.</summary>
    /// <exception cref="XenUnavailableException">There is no driver, or no permission to use it.</exception>
    public static PrivcmdTransport Open() => new(XenDevice.Open(DevicePath, "xen-privcmd"));

    /// <inheritdoc/>
    public HypercallResult Invoke(
        uint hypercall, ulong arg1 = 0, ulong arg2 = 0, ulong arg3 = 0, ulong arg4 = 0, ulong arg5 = 0)
    {
        var call = Pack(hypercall, arg1, arg2, arg3, arg4, arg5);

        // SAFETY: the kernel copies the structure; pointers in it come from AcquireBuffer.
        return Syscall.Ioctl(_privcmd, XenAbi.IOCTL_PRIVCMD_HYPERCALL, &call);
    }

    /// <inheritdoc/>
    public HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count)
    {
        if (count > ushort.MaxValue)
            return HypercallResult.Failure(XenAbi.XEN_E2BIG);

        // SAFETY: Xen's and the kernel's buffer descriptors have one layout (a test holds them to it), and the kernel pins
        // the buffers for the call.
        var op = new privcmd_dm_op
        {
            dom = domain.Value,
            num = (ushort)count,
            ubufs = (privcmd_dm_op_buf*)buffers,
        };

        // SAFETY: Xen's and the kernel's buffer descriptors have one layout (a test holds them to it), the caller's
        // array has as many as it says, and the kernel pins the buffers for the call.
        return Syscall.Ioctl(_privcmd, XenAbi.IOCTL_PRIVCMD_DM_OP, &op);
    }

    /// <inheritdoc/>
    public void* AcquireBuffer(nuint size) => _buffers.Acquire(size);

    /// <inheritdoc/>
    public void ReleaseBuffer(void* buffer) => _buffers.Release(buffer);

    /// <summary>Gives back the driver and the buffers. No call may be under way.</summary>
    public void Dispose()
    {
        _buffers.Dispose();
        _privcmd.Dispose();
    }

    /// <summary>The kernel's form of a hypercall: its number, and the five argument registers in their order.</summary>
    internal static privcmd_hypercall Pack(uint hypercall, ulong arg1, ulong arg2, ulong arg3, ulong arg4, ulong arg5)
    {
        var call = new privcmd_hypercall { op = hypercall };
        call.arg[0] = arg1;
        call.arg[1] = arg2;
        call.arg[2] = arg3;
        call.arg[3] = arg4;
        call.arg[4] = arg5;
        return call;
    }
}

using System;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Telemetry;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>Hypercalls through <c>/dev/xen/privcmd</c>.</summary>
/// <remarks>
/// One open file for the life of the object. Thread-safe. As the transport's contract says, no call throws: after disposal
/// calls answer EBADF, there are no buffers, and buffers that were taken before can be given back. Restricted to a domain
/// (<see cref="Restrict"/>), <see cref="Invoke"/> answers EPERM always, and device model operations for others do.
/// </remarks>
public sealed unsafe class PrivcmdTransport : IHypercallTransport, IRestrictable, IDisposable
{
    private readonly IKernel _kernel;
    private readonly ILogger _logger;
    private readonly SafeHandle _privcmd;
    private readonly HypercallBufferCache _buffers;
    private bool? _isAutoTranslated;
    private volatile bool _disposed;

    private PrivcmdTransport(IKernel kernel, ILogger logger)
    {
        _kernel = kernel;
        _logger = logger;
        _privcmd = XenDevice.Open(kernel, XenDevice.Privcmd, "xen-privcmd");
        _buffers = new HypercallBufferCache(kernel, logger);
    }

    internal IKernel Kernel => _kernel;

    /// <summary>Whether Xen translates for the domain of this process. Asked once: a restricted transport may not ask.</summary>
    internal bool IsAutoTranslated => _isAutoTranslated ??=
        XenVersionOp.GetFeatures(this, 0, out var features).IsSuccess
            && (features & (1u << (int)XenAbi.XENFEAT_auto_translated_physmap)) != 0;

    /// <summary>Opens the driver.</summary>
    /// <param name="logger">Gets what is worth to know about it; null for nobody.</param>
    /// <exception cref="XenUnavailableException">There is no driver, or no permission to use it.</exception>
    public static PrivcmdTransport Open(ILogger? logger = null) => Open(LinuxKernel.Instance, logger);

    internal static PrivcmdTransport Open(IKernel kernel, ILogger? logger = null) =>
        new(kernel, logger ?? NullLogger.Instance);

    /// <inheritdoc/>
    public HypercallResult Invoke(
        uint hypercall, ulong arg1 = 0, ulong arg2 = 0, ulong arg3 = 0, ulong arg4 = 0, ulong arg5 = 0)
    {
        var call = Pack(hypercall, arg1, arg2, arg3, arg4, arg5);

        // SAFETY: the kernel copies the structure; pointers in it come from AcquireBuffer.
        return HypercallMeter.IsListenedTo
            ? IssueObserved(ObservedHypercall.Begin(hypercall, arg1), XenAbi.IOCTL_PRIVCMD_HYPERCALL, &call)
            : Issue(XenAbi.IOCTL_PRIVCMD_HYPERCALL, &call);
    }

    /// <inheritdoc/>
    /// <remarks>The kernel pins the buffers: at most 16 of at most 4096 bytes, or E2BIG. Xen takes two of them.</remarks>
    public HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count)
    {
        // The kernel's field has 16 bits, and its limit is below: it would say the same.
        if (count > ushort.MaxValue)
            return HypercallResult.Failure(XenAbi.XEN_E2BIG);

        // SAFETY: Xen's and the kernel's buffer descriptors have one layout (a test holds them to it), the caller's
        // array has as many as it says, and the kernel pins the buffers for the call.
        var op = new privcmd_dm_op
        {
            dom = domain.Value,
            num = (ushort)count,
            ubufs = (privcmd_dm_op_buf*)buffers,
        };

        // SAFETY: as above; the structure itself the kernel copies.
        return HypercallMeter.IsListenedTo
            ? IssueObserved(ObservedHypercall.Begin(domain, buffers, count), XenAbi.IOCTL_PRIVCMD_DM_OP, &op)
            : Issue(XenAbi.IOCTL_PRIVCMD_DM_OP, &op);
    }

    /// <inheritdoc/>
    public void* AcquireBuffer(nuint size) => _buffers.Acquire(size);

    /// <inheritdoc/>
    public void ReleaseBuffer(void* buffer) => _buffers.Release(buffer);

    /// <inheritdoc/>
    /// <remarks>EBADF after disposal.</remarks>
    public HypercallResult Restrict(DomainId domain)
    {
        var domid = domain.Value;
        _ = IsAutoTranslated;

        // SAFETY: the kernel copies a domid.
        var result = Issue(XenAbi.IOCTL_PRIVCMD_RESTRICT, &domid);
        _logger.RestrictEnded(XenDevice.Privcmd, domain, result);
        return result;
    }

    /// <summary>Closes the driver, and gives back the buffers that nobody has. A second time nothing happens.</summary>
    public void Dispose()
    {
        _disposed = true;
        _buffers.Dispose();
        _privcmd.Dispose();
    }

    /// <summary>Another request to the driver; EBADF after disposal.</summary>
    internal HypercallResult Control(ulong request, void* argument) => Issue(request, argument);

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

    private HypercallResult IssueObserved(ObservedHypercall observed, ulong request, void* argument)
    {
        var result = Issue(request, argument);
        observed.End(result);
        return result;
    }

    private HypercallResult Issue(ulong request, void* argument)
    {
        // The file stays open while another thread's call is under way.
        if (_disposed)
            return HypercallResult.Failure(XenAbi.XEN_EBADF);
        try
        {
            return _kernel.Ioctl(_privcmd, request, argument);
        }
        catch (ObjectDisposedException)
        {
            return HypercallResult.Failure(XenAbi.XEN_EBADF);
        }
    }
}

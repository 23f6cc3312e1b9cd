namespace Xen.Sys;

/// <summary>The <c>dm_op</c> hypercall, public/hvm/dm_op.h: what a device model does to its domain.</summary>
/// <remarks>
/// Common failures of all of them: ESRCH no such domain, EPERM not privileged over it or the caller itself, EINVAL not an
/// HVM or PVH domain, EOPNOTSUPP this Xen or this architecture does not have it. Arm has those for IOREQ servers, interrupt
/// levels and the number of vCPUs. A dying domain still answers.
/// </remarks>
// SAFETY: addresses are of copies and descriptors on the stack frame of the call, writable and unmoved until it returns, or
// of data that the caller has pinned.
public static unsafe partial class DmOp
{
    /// <summary>Number of vCPUs that the domain was built with.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="count">The number, when the result is a success.</param>
    /// <returns>Xen's result; EOPNOTSUPP before Xen 4.16.</returns>
    /// <remarks><c>XEN_DMOP_nr_vcpus</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult GetVcpuCount<T>(T transport, DomainId domain, out uint count)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_nr_vcpus };
        var result = Invoke(transport, domain, ref op);
        count = result.IsSuccess ? op.u.nr_vcpus.vcpus : 0;
        return result;
    }

    /// <summary>Stops the domain, on behalf of its guest.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="reason">Why: what the toolstack does then depends on it.</param>
    /// <returns>Xen's result; ESRCH no such domain; EPERM not privileged over it.</returns>
    /// <remarks><c>XEN_DMOP_remote_shutdown</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult RemoteShutdown<T>(T transport, DomainId domain, ShutdownReason reason)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_remote_shutdown };
        op.u.remote_shutdown.reason = (uint)reason;
        return Invoke(transport, domain, ref op);
    }

    private static HypercallResult Invoke<T>(T transport, DomainId domain, ref xen_dm_op op)
        where T : IHypercallTransport, allows ref struct
    {
        var copy = op;
        var buffer = new xen_dm_op_buf { h = (byte*)&copy, size = (ulong)sizeof(xen_dm_op) };
        var result = transport.DeviceModelOp(domain, &buffer, 1);
        op = copy;
        return result;
    }

    // The data must be writable memory that the caller has pinned.
    private static HypercallResult Invoke<T>(T transport, DomainId domain, ref xen_dm_op op, void* data, int size)
        where T : IHypercallTransport, allows ref struct
    {
        var copy = op;
        var buffers = stackalloc xen_dm_op_buf[2];
        buffers[0] = new xen_dm_op_buf { h = (byte*)&copy, size = (ulong)sizeof(xen_dm_op) };
        buffers[1] = new xen_dm_op_buf { h = (byte*)data, size = (ulong)size };
        var result = transport.DeviceModelOp(domain, buffers, 2);
        op = copy;
        return result;
    }
}

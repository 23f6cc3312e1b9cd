namespace Xen.Sys;

/// <summary>The <c>dm_op</c> hypercall, public/hvm/dm_op.h: what a device model does to its domain.</summary>
/// <remarks>
/// Common failures of all of them: ESRCH no such domain, EPERM not privileged over it, EINVAL not an HVM or PVH
/// domain. A dying domain still answers.
/// </remarks>
public static unsafe partial class DmOp
{
    /// <summary>Number of vCPUs that the domain was built with.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="count">The number, when the result is a success.</param>
    /// <returns>Xen's result; EOPNOTSUPP before Xen 4.16.</returns>
    public static HypercallResult GetVcpuCount<T>(T transport, DomainId domain, out uint count)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_nr_vcpus };
        var result = Invoke(transport, domain, ref op);
        count = result.IsSuccess ? op.u.nr_vcpus.vcpus : 0;
        return result;
    }

    private static HypercallResult Invoke<T>(T transport, DomainId domain, ref xen_dm_op op)
        where T : IHypercallTransport, allows ref struct
    {
        // SAFETY: the copy is on this stack frame, writable and unmoved until the call returns.
        var copy = op;
        var buffer = new xen_dm_op_buf { h = &copy, size = (ulong)sizeof(xen_dm_op) };
        var result = transport.DeviceModelOp(domain, &buffer, 1);
        op = copy;
        return result;
    }
}

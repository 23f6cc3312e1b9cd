using Xen.Sys.V4_17;
using V4_17Abi = Xen.Sys.V4_17.XenAbi;

namespace Xen.Sys;

/// <summary>The <c>sysctl</c> hypercall, public/sysctl.h: control of the machine, for the control domain only.</summary>
/// <remarks>
/// Common failures of all of them: EPERM not privileged, EACCES an interface that is not supported (Xen is not called
/// then), ENOMEM no buffer, ENOSYS an operation that this Xen does not have. Out values are zero after a failure.
/// </remarks>
public static unsafe partial class Sysctl
{
    /// <summary>Asks for the machine's CPUs and memory.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="sysctl">From <see cref="SysctlInterface.Probe{T}(T, out SysctlInterface)"/>; must be supported.</param>
    /// <param name="info">What there is.</param>
    /// <returns>Xen's result.</returns>
    /// <remarks><c>XEN_SYSCTL_physinfo</c>, public/sysctl.h; for tools, so it may change.</remarks>
    public static HypercallResult GetPhysicalInfo<T>(T transport, SysctlInterface sysctl, out PhysicalInfo info)
        where T : IHypercallTransport, allows ref struct
    {
        info = default;
        var result = SysctlFrame.Acquire(transport, sysctl, V4_17Abi.XEN_SYSCTL_physinfo, 0, out var frame);
        if (!result.IsSuccess)
            return result;

        // SAFETY: the frame is ours until it is released, and its union is larger than any form of the description.
        result = SysctlCall.Invoke(transport, frame);
        if (result.IsSuccess)
            info = PhysicalInfoForm.Read(SysctlFrame.Payload<byte>(frame), sysctl.Form);
        transport.ReleaseBuffer(frame);
        return result;
    }

    /// <summary>Asks which scheduler Xen runs.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="sysctl">Must be supported.</param>
    /// <param name="scheduler"><c>XEN_SCHEDULER_*</c>, public/domctl.h.</param>
    /// <returns>Xen's result.</returns>
    /// <remarks><c>XEN_SYSCTL_sched_id</c>, public/sysctl.h; for tools, so it may change.</remarks>
    public static HypercallResult GetSchedulerId<T>(T transport, SysctlInterface sysctl, out uint scheduler)
        where T : IHypercallTransport, allows ref struct
    {
        var id = default(xen_sysctl_sched_id);
        var result = SysctlCall.Invoke(transport, sysctl, V4_17Abi.XEN_SYSCTL_sched_id, ref id);
        scheduler = result.IsSuccess ? id.sched_id : 0;
        return result;
    }

    /// <summary>Asks how much memory is free in some part of the machine.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="sysctl">Must be supported.</param>
    /// <param name="minimumBits">The narrowest addresses that count; 0 for no limit.</param>
    /// <param name="maximumBits">The widest addresses that count; 0 for no limit.</param>
    /// <param name="node">The NUMA node; -1 for all.</param>
    /// <param name="bytes">Bytes that are free.</param>
    /// <returns>Xen's result; EINVAL for a node that cannot be.</returns>
    /// <remarks><c>XEN_SYSCTL_availheap</c>, public/sysctl.h; for tools, so it may change.</remarks>
    public static HypercallResult GetFreeMemory<T>(
        T transport, SysctlInterface sysctl, uint minimumBits, uint maximumBits, int node, out ulong bytes)
        where T : IHypercallTransport, allows ref struct
    {
        var heap = new xen_sysctl_availheap
        {
            min_bitwidth = minimumBits,
            max_bitwidth = maximumBits,
            node = node,
        };
        var result = SysctlCall.Invoke(transport, sysctl, V4_17Abi.XEN_SYSCTL_availheap, ref heap);
        bytes = result.IsSuccess ? heap.avail_bytes : 0;
        return result;
    }
}

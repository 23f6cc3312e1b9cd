namespace Xen.Sys;

/// <content>For the guest itself, and about its memory.</content>
public static partial class HvmOp
{
    /// <summary>Flushes the TLBs of all vCPUs of the calling domain.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <returns>Xen's result; EINVAL if the caller is neither HVM nor PVH; ENOSYS on Arm.</returns>
    /// <remarks><c>HVMOP_flush_tlbs</c>, public/hvm/hvm_op.h; stable.</remarks>
    public static HypercallResult FlushTlbs<T>(T transport)
        where T : IHypercallTransport, allows ref struct =>
        transport.Invoke(XenAbi.__HYPERVISOR_hvm_op, XenAbi.HVMOP_flush_tlbs);

    /// <summary>Lets a vCPU of the calling domain get event channels by an interrupt vector of its own (x86).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="vector">The vector, 16 to 255.</param>
    /// <returns>
    /// Xen's result; EINVAL for a lower vector or a caller that is neither HVM nor PVH; ENOENT no such vCPU; ENOSYS on
    /// Arm; ENOMEM without a buffer.
    /// </returns>
    /// <remarks><c>HVMOP_set_evtchn_upcall_vector</c>, public/hvm/hvm_op.h; stable.</remarks>
    public static HypercallResult SetEventChannelUpcallVector<T>(T transport, VcpuId vcpu, byte vector)
        where T : IHypercallTransport, allows ref struct
    {
        var upcall = new X86_64.xen_hvm_evtchn_upcall_vector { vcpu = vcpu.Value, vector = vector };
        return Invoke(transport, X86_64.XenAbi.HVMOP_set_evtchn_upcall_vector, ref upcall);
    }

    /// <summary>Asks how Xen treats a page of a domain.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">An HVM or PVH domain.</param>
    /// <param name="frame">The page.</param>
    /// <param name="type">How it is treated, when the result is a success.</param>
    /// <returns>
    /// Xen's result; EINVAL for a PV domain; EPERM not privileged over it; ESRCH no such domain; ENOSYS on Arm; ENOMEM
    /// without a buffer. A frame with nothing in it is <see cref="GuestMemoryType.DeviceModel"/>.
    /// </returns>
    /// <remarks><c>HVMOP_get_mem_type</c>, public/hvm/hvm_op.h; stable.</remarks>
    public static HypercallResult GetMemoryType<T>(
        T transport, DomainId domain, GuestFrameNumber frame, out GuestMemoryType type)
        where T : IHypercallTransport, allows ref struct
    {
        var get = new xen_hvm_get_mem_type { domid = domain.Value, pfn = frame.Value };
        var result = Invoke(transport, XenAbi.HVMOP_get_mem_type, ref get);
        type = result.IsSuccess ? (GuestMemoryType)get.mem_type : default;
        return result;
    }

    /// <summary>Asks whoever monitors the calling domain for an event.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <returns>Xen's result. A success as well if nobody monitors it.</returns>
    /// <remarks><c>HVMOP_guest_request_vm_event</c>, public/hvm/hvm_op.h; stable.</remarks>
    public static HypercallResult RequestMonitorEvent<T>(T transport)
        where T : IHypercallTransport, allows ref struct =>
        transport.Invoke(XenAbi.__HYPERVISOR_hvm_op, XenAbi.HVMOP_guest_request_vm_event);
}

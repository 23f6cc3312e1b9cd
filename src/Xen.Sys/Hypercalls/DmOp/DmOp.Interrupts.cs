namespace Xen.Sys;

/// <content>Interrupts of the domain.</content>
public static partial class DmOp
{
    /// <summary>Delivers a message-signalled interrupt (x86).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="address">The message's address: destination and destination mode.</param>
    /// <param name="data">The message's data: vector, delivery and trigger mode.</param>
    /// <returns>
    /// Xen's result; EINVAL if Xen cannot deliver it so; ERANGE if it names, by vector 0, a physical interrupt that the
    /// domain does not have. That no vCPU is addressed is a success.
    /// </returns>
    /// <remarks><c>XEN_DMOP_inject_msi</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult InjectMsi<T>(T transport, DomainId domain, ulong address, uint data)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_inject_msi };
        op.u.inject_msi.addr = address;
        op.u.inject_msi.data = data;
        return Invoke(transport, domain, ref op);
    }

    /// <summary>Makes a vCPU take an interrupt or exception when it next runs (x86).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="type">What it takes.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="instructionLength">Bytes of the instruction, for the types that are instructions.</param>
    /// <param name="errorCode">The error code that the guest sees; all ones for none.</param>
    /// <param name="extra">CR2 for a page fault, the pending bits of DR6 for a debug exception.</param>
    /// <returns>Xen's result; EINVAL no such vCPU; EBUSY if one waits for that vCPU already.</returns>
    /// <remarks><c>XEN_DMOP_inject_event</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult InjectEvent<T>(
        T transport,
        DomainId domain,
        VcpuId vcpu,
        InjectedEventType type,
        byte vector,
        byte instructionLength = 0,
        uint errorCode = uint.MaxValue,
        ulong extra = 0)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_inject_event };
        op.u.inject_event.vcpuid = vcpu.Value;
        op.u.inject_event.vector = vector;
        op.u.inject_event.type = (byte)type;
        op.u.inject_event.insn_len = instructionLength;
        op.u.inject_event.error_code = errorCode;
        op.u.inject_event.cr2 = extra;
        return Invoke(transport, domain, ref op);
    }
}

using System;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>Device model operations: what is checked before each of them, and which there are.</content>
// SAFETY: the caller passes as many descriptors as it says, and the buffers that they describe are its until the call
// returns; copies are cut to their sizes.
public sealed unsafe partial class SimulatedXen
{
    private const int MaximumBuffers = 2;
    private const int PayloadOffset = 8;

    // Bytes of each operation's payload; operation 0 is none.
    private static ReadOnlySpan<byte> PayloadSizes =>
        [0, 6, 24, 24, 24, 4, 4, 16, 6, 2, 2, 8, 16, 24, 16, 16, 4, 24, 24, 8, 4];

    /// <inheritdoc/>
    /// <remarks>Without a buffer it succeeds, as Linux answers: Xen is not asked then.</remarks>
    public HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count) => count == 0
        ? default
        : DeviceModelOp(Caller.Control, domain, buffers, count);

    /// <summary>A device model operation of a domain's.</summary>
    internal HypercallResult DeviceModelOp(Caller caller, DomainId domain, xen_dm_op_buf* buffers, uint count)
    {
        if (count > MaximumBuffers)
            return HypercallResult.Failure(XenAbi.XEN_E2BIG);
        if (domain == caller.Domain)
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        if (!Exists(domain) || domain == DomainId.Self)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        if (Find(domain) is not { IsHvm: true } target)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (!MayServe(caller, target))
            return HypercallResult.Failure(XenAbi.XEN_EPERM);

        var size = count == 0 ? 0 : buffers[0].size;
        if (size < PayloadOffset)
            return HypercallResult.Failure(XenAbi.XEN_EFAULT);
        var op = default(xen_dm_op);
        var argument = buffers[0].h.Pointer;
        if (argument is null)
            return HypercallResult.Failure(XenAbi.XEN_EFAULT);
        new ReadOnlySpan<byte>(argument, PayloadOffset).CopyTo(new Span<byte>(&op, PayloadOffset));
        if (op.op >= (uint)PayloadSizes.Length)
            return HypercallResult.Failure(XenAbi.XEN_EOPNOTSUPP);

        var payload = PayloadSizes[(int)op.op];
        if (size < (ulong)(PayloadOffset + payload))
            return HypercallResult.Failure(XenAbi.XEN_EFAULT);
        new ReadOnlySpan<byte>(argument + PayloadOffset, payload).CopyTo(new Span<byte>(&op.u, payload));
        if (op.pad != 0)
            return Invalid;
        var fault = Faults.Meet(XenAbi.__HYPERVISOR_dm_op, op.op);
        if (fault != 0)
            return HypercallResult.Failure(fault);

        HypercallResult result;
        lock (target.Gate)
            result = Carry(caller, target, ref op, count == MaximumBuffers ? buffers[1] : default);
        if (result.IsSuccess || op.op == XenAbi.XEN_DMOP_modified_memory)
            new ReadOnlySpan<byte>(&op.u, payload).CopyTo(new Span<byte>(argument + PayloadOffset, payload));
        return result;
    }

    private static HypercallResult Carry(
        Caller caller, SimulatedDomain domain, ref xen_dm_op op, in xen_dm_op_buf data)
    {
        switch (op.op)
        {
            case XenAbi.XEN_DMOP_create_ioreq_server:
            case XenAbi.XEN_DMOP_get_ioreq_server_info:
            case XenAbi.XEN_DMOP_map_io_range_to_ioreq_server:
            case XenAbi.XEN_DMOP_unmap_io_range_from_ioreq_server:
            case XenAbi.XEN_DMOP_set_ioreq_server_state:
            case XenAbi.XEN_DMOP_destroy_ioreq_server:
            case XenAbi.XEN_DMOP_map_mem_type_to_ioreq_server:
                return OperateOnServer(caller, domain, ref op);
            case XenAbi.XEN_DMOP_track_dirty_vram:
                return TrackVideoMemory(domain, op.u.track_dirty_vram, data);
            case XenAbi.XEN_DMOP_modified_memory:
                return NoteModified(domain, ref op.u.modified_memory, data);
            case XenAbi.XEN_DMOP_set_mem_type:
                return op.u.set_mem_type.pad == 0 ? domain.MemoryTypes.Set(op.u.set_mem_type) : Invalid;
            case XenAbi.XEN_DMOP_relocate_memory:
                return Relocate(domain, op.u.relocate_memory);
            case XenAbi.XEN_DMOP_pin_memory_cacheattr:
                return op.u.pin_memory_cacheattr.pad == 0 ? domain.Caching.Pin(op.u.pin_memory_cacheattr) : Invalid;
            case XenAbi.XEN_DMOP_set_pci_intx_level:
            case XenAbi.XEN_DMOP_set_isa_irq_level:
            case XenAbi.XEN_DMOP_set_pci_link_route:
                return domain.Interrupts.Set(op);
            case XenAbi.XEN_DMOP_set_irq_level when domain.HasGic:
                return domain.Interrupts.SetLine(op.u.set_irq_level);
            case XenAbi.XEN_DMOP_inject_event:
                return Inject(domain, op.u.inject_event);
            case XenAbi.XEN_DMOP_inject_msi:
                return Inject(domain, op.u.inject_msi);
            case XenAbi.XEN_DMOP_remote_shutdown:
                domain.ShutDownHeld(op.u.remote_shutdown.reason);
                return default;
            case XenAbi.XEN_DMOP_nr_vcpus:
                op.u.nr_vcpus.vcpus = domain.MaximumVcpus;
                return default;
            default:
                // One of them is set_irq_level, which only Arm has.
                return HypercallResult.Failure(XenAbi.XEN_EOPNOTSUPP);
        }
    }

    private static HypercallResult Invalid => HypercallResult.Failure(XenAbi.XEN_EINVAL);
}

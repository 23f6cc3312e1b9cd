using Xen.Sys;

namespace Conformance.Portable;

/// <content>Memory and the grant table.</content>
internal static partial class PortableRules
{
    private const int MemoryCount = 11;
    private const int FramesBeyondAll = 400;

    private static Verdict CheckMemory<T>(T transport, in PortableFacts facts, int index)
        where T : IHypercallTransport, allows ref struct
    {
        HypercallResult result;
        GrantStatus status;
        switch (index)
        {
            case 0:
                result = MemoryOp.MaximumRamPage(transport, out _);
                return Verdict.Of("memory-has-a-last-page"u8, result, result.Value > 0);
            case 1:
                result = MemoryOp.CurrentReservation(transport, DomainId.Self, out _);
                return Verdict.Of("memory-of-its-own"u8, result, result.Value > 0);
            case 2:
                result = MemoryOp.CurrentReservation(transport, NoSuchDomain, out _);
                return Verdict.Of("memory-of-nobody-ESRCH"u8, result, XenAbi.XEN_ESRCH);
            case 3:
                result = MemoryOp.CurrentReservation(transport, default, out _);
                return Verdict.Of(
                    "memory-of-domain-0-is-for-tools"u8, result, facts.IsPrivileged ? 0 : XenAbi.XEN_EPERM);
            case 4:
                result = transport.Invoke(
                    XenAbi.__HYPERVISOR_memory_op, XenAbi.XENMEM_current_reservation, Nowhere);
                return Verdict.Of("memory-bad-pointer-EFAULT"u8, result, XenAbi.XEN_EFAULT);
            case 5:
                result = transport.Invoke(XenAbi.__HYPERVISOR_memory_op, UnknownOperation & 0x3f);
                return Verdict.Of("memory-unknown-ENOSYS"u8, result, XenAbi.XEN_ENOSYS);
            case 6:
                result = GrantTableOp.QuerySize(transport, DomainId.Self, out var size, out status);
                return Verdict.Of("grants-of-its-own"u8, result, status == GrantStatus.Okay && size.MaximumFrames > 0);
            case 7:
                result = GrantTableOp.QuerySize(transport, NoSuchDomain, out _, out status);
                return Verdict.Of("grants-of-nobody"u8, result, result.IsSuccess && status == GrantStatus.BadDomain);
            case 8:
                result = GrantTableOp.SetupTable(
                    transport, DomainId.Self, stackalloc ulong[FramesBeyondAll], out status);
                return Verdict.Of(
                    "grants-table-too-large"u8, result, result.IsSuccess && status == GrantStatus.GeneralError);
            case 9:
                result = transport.Invoke(
                    XenAbi.__HYPERVISOR_grant_table_op, XenAbi.GNTTABOP_query_size, Nowhere, 1);
                return Verdict.Of("grants-bad-pointer-EFAULT"u8, result, XenAbi.XEN_EFAULT);
            default:
                result = transport.Invoke(XenAbi.__HYPERVISOR_grant_table_op, UnknownOperation, Nowhere, 1);
                return Verdict.Of("grants-unknown-ENOSYS"u8, result, XenAbi.XEN_ENOSYS);
        }
    }
}

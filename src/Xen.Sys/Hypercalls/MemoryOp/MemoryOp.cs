namespace Xen.Sys;

/// <summary>The <c>memory_op</c> hypercall, public/memory.h: the memory of domains.</summary>
/// <remarks>
/// Common failures of most that name a domain: ESRCH no such domain, EPERM not privileged over it, ENOMEM no buffer
/// left in the transport. Lists travel in one page together with the structure that points to them. <c>XENMEM_exchange</c>
/// is not here: it is for kernels of PV domains.
/// </remarks>
public static partial class MemoryOp
{
    private static HypercallResult Invoke<T, TArgument>(T transport, ulong subOperation, ref TArgument argument)
        where T : IHypercallTransport, allows ref struct
        where TArgument : unmanaged =>
        HypercallArgument.Invoke(transport, XenAbi.__HYPERVISOR_memory_op, subOperation, ref argument);
}

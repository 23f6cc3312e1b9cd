namespace Xen.Sys;

/// <summary>The <c>memory_op</c> hypercall, public/memory.h.</summary>
public static class MemoryOp
{
    /// <summary>Asks for the highest frame number that a domain uses.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="maximum">The frame number, when the result is a success.</param>
    /// <returns>Xen's result; ESRCH if there is no such domain.</returns>
    public static HypercallResult MaximumGfn<T>(T transport, DomainId domain, out GuestFrameNumber maximum)
        where T : IHypercallTransport, allows ref struct
    {
        var id = domain.Value;
        var result = HypercallArgument.Invoke(
            transport, XenAbi.__HYPERVISOR_memory_op, XenAbi.XENMEM_maximum_gpfn, ref id);
        maximum = result.IsSuccess ? new GuestFrameNumber((ulong)result.Value) : default;
        return result;
    }
}

namespace Xen.Sys;

/// <content>How much memory there is.</content>
public static partial class MemoryOp
{
    /// <summary>Asks for the highest frame number that a domain uses.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="maximum">The frame number, when the result is a success.</param>
    /// <returns>Xen's result; ESRCH if there is no such domain; EPERM if not privileged over it.</returns>
    /// <remarks><c>XENMEM_maximum_gpfn</c>, public/memory.h; stable.</remarks>
    public static HypercallResult MaximumGfn<T>(T transport, DomainId domain, out GuestFrameNumber maximum)
        where T : IHypercallTransport, allows ref struct
    {
        var result = Ask(transport, XenAbi.XENMEM_maximum_gpfn, domain);
        maximum = result.IsSuccess ? new GuestFrameNumber((ulong)result.Value) : default;
        return result;
    }

    /// <summary>Asks how much memory a domain has.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="pages">Pages of 4 KiB, when the result is a success.</param>
    /// <returns>Xen's result; ESRCH if there is no such domain; EPERM if not privileged over it.</returns>
    /// <remarks><c>XENMEM_current_reservation</c>, public/memory.h; stable.</remarks>
    public static HypercallResult CurrentReservation<T>(T transport, DomainId domain, out ulong pages)
        where T : IHypercallTransport, allows ref struct
    {
        var result = Ask(transport, XenAbi.XENMEM_current_reservation, domain);
        pages = result.IsSuccess ? (ulong)result.Value : 0;
        return result;
    }

    /// <summary>Asks how much memory a domain may have.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="pages">Pages of 4 KiB, when the result is a success.</param>
    /// <returns>
    /// Xen's result; ESRCH if there is no such domain; EPERM if not privileged over it, and on Linux also if the domain has
    /// no limit, as domain 0 as a rule.
    /// </returns>
    /// <remarks>
    /// <c>XENMEM_maximum_reservation</c>, public/memory.h; stable. No limit is 2^32 - 1 pages, which is -1 as the <c>int</c>
    /// that an ioctl gives: the number of EPERM. <see cref="DomainInfo.MaximumPages"/> tells it without that.
    /// </remarks>
    public static HypercallResult MaximumReservation<T>(T transport, DomainId domain, out ulong pages)
        where T : IHypercallTransport, allows ref struct
    {
        var result = Ask(transport, XenAbi.XENMEM_maximum_reservation, domain);
        pages = result.IsSuccess ? (ulong)result.Value : 0;
        return result;
    }

    /// <summary>Asks for the highest machine frame of RAM.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="machineFrame">The machine frame number, when the result is a success.</param>
    /// <returns>Xen's result; Xen itself never fails this.</returns>
    /// <remarks><c>XENMEM_maximum_ram_page</c>, public/memory.h; stable.</remarks>
    public static HypercallResult MaximumRamPage<T>(T transport, out ulong machineFrame)
        where T : IHypercallTransport, allows ref struct =>
        Count(transport, XenAbi.XENMEM_maximum_ram_page, out machineFrame);

    /// <summary>Asks how many pages memory sharing has saved.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="pages">Pages of 4 KiB, when the result is a success.</param>
    /// <returns>Xen's result; EOPNOTSUPP or ENOSYS on a Xen without memory sharing.</returns>
    /// <remarks><c>XENMEM_get_sharing_freed_pages</c>, public/memory.h; for tools, so it may change.</remarks>
    public static HypercallResult GetSharingFreedPages<T>(T transport, out ulong pages)
        where T : IHypercallTransport, allows ref struct =>
        Count(transport, XenAbi.XENMEM_get_sharing_freed_pages, out pages);

    /// <summary>Asks how many pages are shared.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="pages">Pages of 4 KiB, when the result is a success.</param>
    /// <returns>Xen's result; EOPNOTSUPP or ENOSYS on a Xen without memory sharing.</returns>
    /// <remarks><c>XENMEM_get_sharing_shared_pages</c>, public/memory.h; for tools, so it may change.</remarks>
    public static HypercallResult GetSharingSharedPages<T>(T transport, out ulong pages)
        where T : IHypercallTransport, allows ref struct =>
        Count(transport, XenAbi.XENMEM_get_sharing_shared_pages, out pages);

    private static HypercallResult Ask<T>(T transport, ulong subOperation, DomainId domain)
        where T : IHypercallTransport, allows ref struct
    {
        var id = domain.Value;
        return Invoke(transport, subOperation, ref id);
    }

    private static HypercallResult Count<T>(T transport, ulong subOperation, out ulong pages)
        where T : IHypercallTransport, allows ref struct
    {
        var result = transport.Invoke(XenAbi.__HYPERVISOR_memory_op, subOperation);
        pages = result.IsSuccess ? (ulong)result.Value : 0;
        return result;
    }
}

using V4_20Abi = Xen.Sys.V4_20.XenAbi;

namespace Xen.Sys;

/// <content>Settings of a domain.</content>
public static partial class Domctl
{
    /// <summary>Sets how far a domain's clock is from the host's.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="seconds">The difference; positive if the domain is ahead.</param>
    /// <returns>Xen's result.</returns>
    /// <remarks><c>XEN_DOMCTL_settimeoffset</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult SetTimeOffset<T>(
        T transport, DomctlInterface domctl, DomainId domain, long seconds)
        where T : IHypercallTransport, allows ref struct
    {
        var offset = new V4_20.xen_domctl_settimeoffset { time_offset_seconds = seconds };
        return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_settimeoffset, domain, ref offset);
    }

    /// <summary>Sets the width of a new domain's addresses.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, which has no memory yet: a PV one on x86.</param>
    /// <param name="bits">32 or 64.</param>
    /// <returns>Xen's result; EINVAL for another width, another kind of domain, or one that has memory.</returns>
    /// <remarks><c>XEN_DOMCTL_set_address_size</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult SetAddressSize<T>(
        T transport, DomctlInterface domctl, DomainId domain, uint bits)
        where T : IHypercallTransport, allows ref struct
    {
        var address = new V4_20.xen_domctl_address_size { size = bits };
        return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_set_address_size, domain, ref address);
    }

    /// <summary>Asks for the width of a domain's addresses (x86).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="bits">32 or 64.</param>
    /// <returns>Xen's result; ENOSYS on Arm.</returns>
    /// <remarks><c>XEN_DOMCTL_get_address_size</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult GetAddressSize<T>(
        T transport, DomctlInterface domctl, DomainId domain, out uint bits)
        where T : IHypercallTransport, allows ref struct
    {
        var address = default(V4_20.xen_domctl_address_size);
        var result = DomctlCall.Invoke(
            transport, domctl, V4_20Abi.XEN_DOMCTL_get_address_size, domain, ref address);
        bits = result.IsSuccess ? address.size : 0;
        return result;
    }

    /// <summary>Asks how much memory Xen has set aside for a domain's second-stage page tables.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, whose memory the hardware translates.</param>
    /// <param name="bytes">The size in bytes.</param>
    /// <returns>Xen's result; ENOSYS before Xen 4.17; EINVAL or EOPNOTSUPP for a PV domain.</returns>
    /// <remarks><c>XEN_DOMCTL_get_paging_mempool_size</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult GetPagingPoolSize<T>(
        T transport, DomctlInterface domctl, DomainId domain, out ulong bytes)
        where T : IHypercallTransport, allows ref struct
    {
        var pool = default(V4_20.xen_domctl_paging_mempool);
        var result = DomctlCall.Invoke(
            transport, domctl, V4_20Abi.XEN_DOMCTL_get_paging_mempool_size, domain, ref pool);
        bytes = result.IsSuccess ? pool.size : 0;
        return result;
    }

    /// <summary>Sets how much memory Xen sets aside for a domain's second-stage page tables.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, whose memory the hardware translates.</param>
    /// <param name="bytes">The size in bytes, whole pages.</param>
    /// <returns>
    /// Xen's result; ENOSYS before Xen 4.17; EINVAL if that is not whole pages; EINVAL or EOPNOTSUPP for a PV domain; ENOMEM
    /// also if Xen has not that much, or the domain uses more.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_set_paging_mempool_size</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult SetPagingPoolSize<T>(
        T transport, DomctlInterface domctl, DomainId domain, ulong bytes)
        where T : IHypercallTransport, allows ref struct
    {
        var pool = new V4_20.xen_domctl_paging_mempool { size = bytes };
        return DomctlCall.Invoke(
            transport, domctl, V4_20Abi.XEN_DOMCTL_set_paging_mempool_size, domain, ref pool);
    }
}

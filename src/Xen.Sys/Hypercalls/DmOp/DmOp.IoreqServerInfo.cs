namespace Xen.Sys;

/// <content>What there is to know of an IOREQ server.</content>
public static partial class DmOp
{
    /// <summary>Asks whether a server exists, whoever made it.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="id">The server.</param>
    /// <returns>A success if the caller made it; EPERM if another domain did, so that it exists as well; ENOENT if not.</returns>
    /// <remarks><c>XEN_DMOP_get_ioreq_server_info</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult ProbeIoreqServer<T>(T transport, DomainId domain, IoreqServerId id)
        where T : IHypercallTransport, allows ref struct
    {
        // Without the gfns: asking for them would give pages of the guest to the server.
        return GetInfo(transport, domain, id, XenAbi.XEN_DMOP_no_gfns, out _);
    }

    /// <summary>Asks for the port by which a server hears of buffered requests.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="id">The server.</param>
    /// <param name="bufferedPort">
    /// The domain's port, to be bound; meaningless for a server without buffered requests. When the result is a success.
    /// </param>
    /// <returns>Xen's result; ENOENT if there is no such server; EPERM if another domain made it.</returns>
    /// <remarks>
    /// <c>XEN_DMOP_get_ioreq_server_info</c> with <c>XEN_DMOP_no_gfns</c>, public/hvm/dm_op.h; stable. The pages are
    /// mapped as a resource: <see cref="IForeignMemory.MapResource"/>.
    /// </remarks>
    public static HypercallResult GetIoreqServerPort<T>(
        T transport, DomainId domain, IoreqServerId id, out EventChannelPort bufferedPort)
        where T : IHypercallTransport, allows ref struct
    {
        var result = GetInfo(transport, domain, id, XenAbi.XEN_DMOP_no_gfns, out var info);
        bufferedPort = info.BufferedPort;
        return result;
    }

    /// <summary>Lets a server's pages appear in the domain's own address space, and asks where.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="id">The server.</param>
    /// <param name="info">The frames and the port, when the result is a success.</param>
    /// <returns>
    /// Xen's result; ENOENT if there is no such server; EPERM if another domain made it, or its pages have been mapped as
    /// a resource already; ENOMEM if the toolstack set no frames aside.
    /// </returns>
    /// <remarks>
    /// <c>XEN_DMOP_get_ioreq_server_info</c>, public/hvm/dm_op.h; stable. For kernels that cannot map a resource: the
    /// guest could reach these pages.
    /// </remarks>
    public static HypercallResult GetIoreqServerInfo<T>(
        T transport, DomainId domain, IoreqServerId id, out IoreqServerInfo info)
        where T : IHypercallTransport, allows ref struct => GetInfo(transport, domain, id, 0, out info);

    private static HypercallResult GetInfo<T>(
        T transport, DomainId domain, IoreqServerId id, uint flags, out IoreqServerInfo info)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_get_ioreq_server_info };
        op.u.get_ioreq_server_info.id = id.Value;
        op.u.get_ioreq_server_info.flags = (ushort)flags;
        var result = Invoke(transport, domain, ref op);
        ref var answer = ref op.u.get_ioreq_server_info;
        info = result.IsSuccess
            ? new IoreqServerInfo(
                new EventChannelPort(answer.bufioreq_port),
                new GuestFrameNumber(answer.ioreq_gfn),
                new GuestFrameNumber(answer.bufioreq_gfn))
            : default;
        return result;
    }
}

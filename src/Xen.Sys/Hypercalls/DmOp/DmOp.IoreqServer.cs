namespace Xen.Sys;

/// <content>IOREQ servers: their life and the address ranges that they serve.</content>
public static partial class DmOp
{
    /// <summary>Makes an IOREQ server, disabled, without buffered requests.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="id">The server's number, when the result is a success.</param>
    /// <returns>Xen's result; ENOSPC if the domain has eight already, EINVAL if it is dying.</returns>
    /// <remarks><c>XEN_DMOP_create_ioreq_server</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult CreateIoreqServer<T>(T transport, DomainId domain, out IoreqServerId id)
        where T : IHypercallTransport, allows ref struct =>
        CreateIoreqServer(transport, domain, BufferedIoreqMode.Off, out id);

    /// <summary>Makes an IOREQ server, disabled.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="buffered">Whether it gets requests that need no answer by a ring, without a vCPU waiting.</param>
    /// <param name="id">The server's number, when the result is a success.</param>
    /// <returns>
    /// Xen's result; ENOSPC if the domain has eight already; EINVAL if it is dying, for an unknown mode, and for any but
    /// <see cref="BufferedIoreqMode.Off"/> on Arm.
    /// </returns>
    /// <remarks><c>XEN_DMOP_create_ioreq_server</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult CreateIoreqServer<T>(
        T transport, DomainId domain, BufferedIoreqMode buffered, out IoreqServerId id)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_create_ioreq_server };
        op.u.create_ioreq_server.handle_bufioreq = (byte)buffered;
        var result = Invoke(transport, domain, ref op);
        id = new IoreqServerId(result.IsSuccess ? op.u.create_ioreq_server.id : (ushort)0);
        return result;
    }

    /// <summary>Sends a server every access that lies wholly inside a range.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="id">The server.</param>
    /// <param name="space">Which address space the range is in.</param>
    /// <param name="first">First address.</param>
    /// <param name="last">Last address, inclusive.</param>
    /// <returns>
    /// Xen's result; EINVAL if the first address is above the last, or for an unknown space; ENOENT no such server; EPERM if
    /// another domain made it; EEXIST if the server has some of the range already; ENOMEM at its 257th range in a space.
    /// </returns>
    /// <remarks><c>XEN_DMOP_map_io_range_to_ioreq_server</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult MapIoRange<T>(
        T transport, DomainId domain, IoreqServerId id, IoSpace space, ulong first, ulong last)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_map_io_range_to_ioreq_server };
        op.u.map_io_range_to_ioreq_server = Range(id, space, first, last);
        return Invoke(transport, domain, ref op);
    }

    /// <summary>Takes a range, or a part of one, from a server.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="id">The server.</param>
    /// <param name="space">Which address space the range is in.</param>
    /// <param name="first">First address.</param>
    /// <param name="last">Last address, inclusive.</param>
    /// <returns>Xen's result; ENOENT if the server does not have it.</returns>
    /// <remarks><c>XEN_DMOP_unmap_io_range_from_ioreq_server</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult UnmapIoRange<T>(
        T transport, DomainId domain, IoreqServerId id, IoSpace space, ulong first, ulong last)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_unmap_io_range_from_ioreq_server };
        op.u.unmap_io_range_from_ioreq_server = Range(id, space, first, last);
        return Invoke(transport, domain, ref op);
    }

    /// <summary>Enables or disables a server. Its vCPU ports are known only once it is enabled.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="id">The server.</param>
    /// <param name="enabled">The new state. Disabling lets vCPUs go on that wait for an answer.</param>
    /// <returns>Xen's result; ENOENT if there is no such server; EPERM if another domain made it.</returns>
    /// <remarks><c>XEN_DMOP_set_ioreq_server_state</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult SetIoreqServerState<T>(T transport, DomainId domain, IoreqServerId id, bool enabled)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_set_ioreq_server_state };
        op.u.set_ioreq_server_state.id = id.Value;
        op.u.set_ioreq_server_state.enabled = enabled ? (byte)1 : (byte)0;
        return Invoke(transport, domain, ref op);
    }

    /// <summary>Ends a server. Its pages must be unmapped as well before a dying domain can go.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="id">The server.</param>
    /// <returns>Xen's result; ENOENT if there is no such server; EPERM if another domain made it.</returns>
    /// <remarks><c>XEN_DMOP_destroy_ioreq_server</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult DestroyIoreqServer<T>(T transport, DomainId domain, IoreqServerId id)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_destroy_ioreq_server };
        op.u.destroy_ioreq_server.id = id.Value;
        return Invoke(transport, domain, ref op);
    }

    private static xen_dm_op_ioreq_server_range Range(IoreqServerId id, IoSpace space, ulong first, ulong last) =>
        new() { id = id.Value, type = (uint)space, start = first, end = last };
}

namespace Xen.Sys;

/// <summary>
/// Where an IOREQ server's pages are in its domain. C origin: <c>struct xen_dm_op_get_ioreq_server_info</c>,
/// public/hvm/dm_op.h.
/// </summary>
/// <param name="BufferedPort">The domain's port by which the server hears of buffered requests.</param>
/// <param name="IoreqFrame">The frame of the requests of the vCPUs.</param>
/// <param name="BufferedFrame">The frame of the ring of buffered requests; meaningless for a server without.</param>
public readonly record struct IoreqServerInfo(
    EventChannelPort BufferedPort, GuestFrameNumber IoreqFrame, GuestFrameNumber BufferedFrame);

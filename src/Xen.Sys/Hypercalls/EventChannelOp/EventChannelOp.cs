namespace Xen.Sys;

/// <summary>The <c>event_channel_op</c> hypercall, public/event_channel.h: notifications between domains.</summary>
/// <remarks>
/// These are the ports of the calling domain as a whole. In a process on Linux the kernel owns them: an event on a port
/// that was made here goes nowhere. There, <see cref="IEventChannels"/> is the way, and this serves for looking.
/// </remarks>
public static partial class EventChannelOp
{
    /// <summary>Closes a port. Its other end, if there is one, waits for a new connection then.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="port">A port of the calling domain.</param>
    /// <returns>Xen's result; EINVAL if there is no such port or Xen itself uses it; ENOMEM without a buffer.</returns>
    /// <remarks><c>EVTCHNOP_close</c>, public/event_channel.h; stable.</remarks>
    public static HypercallResult Close<T>(T transport, EventChannelPort port)
        where T : IHypercallTransport, allows ref struct
    {
        var close = new evtchn_close { port = port.Value };
        return Invoke(transport, XenAbi.EVTCHNOP_close, ref close);
    }

    /// <summary>Notifies the other end of a port.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="port">A port of the calling domain: bound to a domain, or for IPIs. An unbound one does nothing.</param>
    /// <returns>Xen's result; EINVAL if there is no such port or it is of another kind; ENOMEM without a buffer.</returns>
    /// <remarks><c>EVTCHNOP_send</c>, public/event_channel.h; stable.</remarks>
    public static HypercallResult Send<T>(T transport, EventChannelPort port)
        where T : IHypercallTransport, allows ref struct
    {
        var send = new evtchn_send { port = port.Value };
        return Invoke(transport, XenAbi.EVTCHNOP_send, ref send);
    }

    /// <summary>Unmasks a port, and delivers what came meanwhile.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="port">A port of the calling domain.</param>
    /// <returns>
    /// Xen's result; EINVAL for a number beyond the ports that the domain has room for; ENOMEM without a buffer.
    /// </returns>
    /// <remarks><c>EVTCHNOP_unmask</c>, public/event_channel.h; stable.</remarks>
    public static HypercallResult Unmask<T>(T transport, EventChannelPort port)
        where T : IHypercallTransport, allows ref struct
    {
        var unmask = new evtchn_unmask { port = port.Value };
        return Invoke(transport, XenAbi.EVTCHNOP_unmask, ref unmask);
    }

    /// <summary>Closes all ports of a domain but those that Xen itself uses, and ends its use of the FIFO layout.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain, or <see cref="DomainId.Self"/>. Another one must be paused by its toolstack.</param>
    /// <returns>
    /// Xen's result; EINVAL if another domain is not paused: <see cref="Domctl.PauseDomain"/>; EBUSY if another reset is
    /// going on; EAGAIN if ports were made meanwhile; EPERM not privileged over the domain; ESRCH no such domain; ENOMEM
    /// without a buffer.
    /// </returns>
    /// <remarks><c>EVTCHNOP_reset</c>, public/event_channel.h; stable.</remarks>
    public static HypercallResult Reset<T>(T transport, DomainId domain)
        where T : IHypercallTransport, allows ref struct
    {
        var reset = new evtchn_reset { dom = domain.Value };
        return Invoke(transport, XenAbi.EVTCHNOP_reset, ref reset);
    }

    private static HypercallResult Invoke<T, TArgument>(T transport, ulong subOperation, ref TArgument argument)
        where T : IHypercallTransport, allows ref struct
        where TArgument : unmanaged =>
        HypercallArgument.Invoke(transport, XenAbi.__HYPERVISOR_event_channel_op, subOperation, ref argument);
}

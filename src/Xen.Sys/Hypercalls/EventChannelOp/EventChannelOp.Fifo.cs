namespace Xen.Sys;

/// <content>The FIFO layout of pending events, with priorities, in place of two levels of bits.</content>
public static partial class EventChannelOp
{
    /// <summary>Gives Xen a vCPU's control block, and switches the calling domain to the FIFO layout.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="frame">The frame that holds the control block.</param>
    /// <param name="offset">Bytes from the start of the frame, a multiple of 8.</param>
    /// <param name="linkBits">Bits of an event word that hold the next port, when the result is a success.</param>
    /// <returns>
    /// Xen's result; EINVAL if the block crosses its page or is not aligned, or the vCPU has one; ENOENT no such vCPU;
    /// ENOMEM.
    /// </returns>
    /// <remarks><c>EVTCHNOP_init_control</c>, public/event_channel.h; stable.</remarks>
    public static HypercallResult InitControl<T>(
        T transport, VcpuId vcpu, GuestFrameNumber frame, uint offset, out byte linkBits)
        where T : IHypercallTransport, allows ref struct
    {
        var init = new evtchn_init_control { control_gfn = frame.Value, offset = offset, vcpu = vcpu.Value };
        var result = Invoke(transport, XenAbi.EVTCHNOP_init_control, ref init);
        linkBits = result.IsSuccess ? init.link_bits : (byte)0;
        return result;
    }

    /// <summary>Adds a page to the array of event words.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="frame">The frame: 1024 more ports.</param>
    /// <returns>
    /// Xen's result; EOPNOTSUPP before the first control block; ENOSPC if the array is as long as it can be; EINVAL no
    /// such frame; ENOMEM.
    /// </returns>
    /// <remarks><c>EVTCHNOP_expand_array</c>, public/event_channel.h; stable.</remarks>
    public static HypercallResult ExpandArray<T>(T transport, GuestFrameNumber frame)
        where T : IHypercallTransport, allows ref struct
    {
        var expand = new evtchn_expand_array { array_gfn = frame.Value };
        return Invoke(transport, XenAbi.EVTCHNOP_expand_array, ref expand);
    }

    /// <summary>Sets how urgent a port is.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="port">A port of the calling domain.</param>
    /// <param name="priority">0 the highest, 7 the usual, 15 the lowest: <c>EVTCHN_FIFO_PRIORITY_*</c>.</param>
    /// <returns>
    /// Xen's result; ENOSYS without the FIFO layout; EINVAL no such port or priority; EACCES for a port that is not in
    /// use; ENOMEM without a buffer.
    /// </returns>
    /// <remarks><c>EVTCHNOP_set_priority</c>, public/event_channel.h; stable.</remarks>
    public static HypercallResult SetPriority<T>(T transport, EventChannelPort port, uint priority)
        where T : IHypercallTransport, allows ref struct
    {
        var set = new evtchn_set_priority { port = port.Value, priority = priority };
        return Invoke(transport, XenAbi.EVTCHNOP_set_priority, ref set);
    }
}

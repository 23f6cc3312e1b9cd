using System;
using Xen.Sys.V4_17;
using V4_17Abi = Xen.Sys.V4_17.XenAbi;

namespace Xen.Sys;

/// <content>Xen's own console.</content>
// SAFETY: the frame and the text behind it are ours until they are released; Xen's count is bounded by the span.
public static unsafe partial class Sysctl
{
    /// <summary>Reads what Xen has written to its console and still keeps.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="sysctl">Must be supported.</param>
    /// <param name="text">Gets the text, which has no terminator. 16 KiB hold it all unless Xen was told otherwise.</param>
    /// <param name="isIncremental">True to read what comes after <paramref name="index"/>, false to read all.</param>
    /// <param name="clear">True to make Xen forget what it had before the call.</param>
    /// <param name="index">Where to start; afterwards, where what was read ends. Start with 0.</param>
    /// <param name="written">How much was read.</param>
    /// <returns>Xen's result; ENOMEM also if the span is longer than any buffer of the transport.</returns>
    /// <remarks><c>XEN_SYSCTL_readconsole</c>, public/sysctl.h; for tools, so it may change.</remarks>
    public static HypercallResult ReadConsole<T>(
        T transport, SysctlInterface sysctl, Span<byte> text, bool isIncremental, bool clear, ref uint index,
        out int written)
        where T : IHypercallTransport, allows ref struct
    {
        written = 0;
        var result = SysctlFrame.Acquire(
            transport, sysctl, V4_17Abi.XEN_SYSCTL_readconsole, text.Length, out var frame);
        if (!result.IsSuccess)
            return result;

        var console = SysctlFrame.Payload<xen_sysctl_readconsole>(frame);
        console->clear = clear ? (byte)1 : (byte)0;
        console->incremental = isIncremental ? (byte)1 : (byte)0;
        console->index = index;
        console->buffer = SysctlFrame.Data(frame);
        console->count = (uint)text.Length;
        result = SysctlCall.Invoke(transport, frame);
        if (result.IsSuccess)
        {
            index = console->index;
            written = (int)Math.Min(console->count, (uint)text.Length);
            new ReadOnlySpan<byte>(SysctlFrame.Data(frame), written).CopyTo(text);
        }

        transport.ReleaseBuffer(frame);
        return result;
    }

    /// <summary>Does as if keys had been pressed on Xen's console: each prints something there.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="sysctl">Must be supported.</param>
    /// <param name="keys">The keys; <c>h</c> prints which there are. Some stop the machine.</param>
    /// <returns>Xen's result.</returns>
    /// <remarks><c>XEN_SYSCTL_debug_keys</c>, public/sysctl.h; for tools, so it may change.</remarks>
    public static HypercallResult SendDebugKeys<T>(T transport, SysctlInterface sysctl, ReadOnlySpan<byte> keys)
        where T : IHypercallTransport, allows ref struct
    {
        var result = SysctlFrame.Acquire(
            transport, sysctl, V4_17Abi.XEN_SYSCTL_debug_keys, keys.Length, out var frame);
        if (!result.IsSuccess)
            return result;

        var debug = SysctlFrame.Payload<xen_sysctl_debug_keys>(frame);
        debug->keys = SysctlFrame.Data(frame);
        debug->nr_keys = (uint)keys.Length;
        keys.CopyTo(new Span<byte>(SysctlFrame.Data(frame), keys.Length));
        result = SysctlCall.Invoke(transport, frame);
        transport.ReleaseBuffer(frame);
        return result;
    }
}

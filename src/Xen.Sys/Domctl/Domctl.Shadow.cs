using System;
using Xen.Sys.V4_20;
using V4_20Abi = Xen.Sys.V4_20.XenAbi;

namespace Xen.Sys;

/// <content>Shadow paging and the log of dirty pages: <c>XEN_DOMCTL_shadow_op</c>.</content>
// SAFETY: the frame and the bitmap behind it are ours until they are released.
public static unsafe partial class Domctl
{
    /// <summary>
    /// Starts to log which pages a domain writes to. None counts as written at the start: whoever copies the memory copies
    /// all of it once after this call, and then what the log says.
    /// </summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <returns>Xen's result; EINVAL if it is on already, for the caller's own domain, or a dying one; ENOSYS on Arm.</returns>
    /// <remarks><c>XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult EnableDirtyLog<T>(T transport, DomctlInterface domctl, DomainId domain)
        where T : IHypercallTransport, allows ref struct
    {
        var shadow = new xen_domctl_shadow_op { op = V4_20Abi.XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY };
        return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_shadow_op, domain, ref shadow);
    }

    /// <summary>Starts shadow paging.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <param name="mode"><c>XEN_DOMCTL_SHADOW_ENABLE_*</c> bits.</param>
    /// <returns>Xen's result; EINVAL for a mode that Xen does not have or the domain has already; ENOSYS on Arm.</returns>
    /// <remarks><c>XEN_DOMCTL_SHADOW_OP_ENABLE</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult EnableShadow<T>(T transport, DomctlInterface domctl, DomainId domain, uint mode)
        where T : IHypercallTransport, allows ref struct
    {
        var shadow = new xen_domctl_shadow_op { op = V4_20Abi.XEN_DOMCTL_SHADOW_OP_ENABLE, mode = mode };
        return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_shadow_op, domain, ref shadow);
    }

    /// <summary>Stops the log of dirty pages, and shadow paging where the domain can do without.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <returns>Xen's result; EINVAL for the caller's own domain; ENOSYS on Arm.</returns>
    /// <remarks><c>XEN_DOMCTL_SHADOW_OP_OFF</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult DisableShadow<T>(T transport, DomctlInterface domctl, DomainId domain)
        where T : IHypercallTransport, allows ref struct
    {
        var shadow = new xen_domctl_shadow_op { op = V4_20Abi.XEN_DOMCTL_SHADOW_OP_OFF };
        return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_shadow_op, domain, ref shadow);
    }

    /// <summary>Reads the log of dirty pages and leaves it as it is.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <param name="bitmap">One bit for each page from frame 0, the lowest bit first; empty for the counters only.</param>
    /// <param name="statistics">The counters.</param>
    /// <returns>Xen's result; EINVAL if the log is off; ENOSYS on Arm; ENOMEM also if no buffer is that large.</returns>
    /// <remarks><c>XEN_DOMCTL_SHADOW_OP_PEEK</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult PeekDirtyPages<T>(
        T transport, DomctlInterface domctl, DomainId domain, Span<byte> bitmap, out DirtyPageStatistics statistics)
        where T : IHypercallTransport, allows ref struct => ReadDirtyPages(
            transport, domctl, domain, V4_20Abi.XEN_DOMCTL_SHADOW_OP_PEEK, 0, bitmap, out statistics);

    /// <summary>Reads the log of dirty pages and clears it and the counters.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <param name="isFinal">The domain will not run again: Xen need not watch its pages any more.</param>
    /// <param name="bitmap">One bit for each page from frame 0, the lowest bit first; empty only to clear.</param>
    /// <param name="statistics">The counters as they were.</param>
    /// <returns>Xen's result; EINVAL if the log is off; ENOSYS on Arm; ENOMEM also if no buffer is that large.</returns>
    /// <remarks><c>XEN_DOMCTL_SHADOW_OP_CLEAN</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult CleanDirtyPages<T>(
        T transport, DomctlInterface domctl, DomainId domain, bool isFinal, Span<byte> bitmap,
        out DirtyPageStatistics statistics)
        where T : IHypercallTransport, allows ref struct => ReadDirtyPages(
            transport, domctl, domain, V4_20Abi.XEN_DOMCTL_SHADOW_OP_CLEAN,
            isFinal ? (uint)V4_20Abi.XEN_DOMCTL_SHADOW_LOGDIRTY_FINAL : 0, bitmap, out statistics);

    /// <summary>Asks how much memory Xen has set aside for a domain's shadow or second-stage page tables.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <param name="mebibytes">The size in MiB, rounded up by Xen.</param>
    /// <returns>Xen's result; EINVAL for the caller's own domain or a dying one; ENOSYS on Arm.</returns>
    /// <remarks><c>XEN_DOMCTL_SHADOW_OP_GET_ALLOCATION</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult GetShadowAllocation<T>(
        T transport, DomctlInterface domctl, DomainId domain, out uint mebibytes)
        where T : IHypercallTransport, allows ref struct
    {
        var shadow = new xen_domctl_shadow_op { op = V4_20Abi.XEN_DOMCTL_SHADOW_OP_GET_ALLOCATION };
        var result = DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_shadow_op, domain, ref shadow);
        mebibytes = result.IsSuccess ? shadow.mb : 0;
        return result;
    }

    /// <summary>Sets how much memory Xen sets aside for a domain's shadow or second-stage page tables.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <param name="mebibytes">The size in MiB.</param>
    /// <returns>Xen's result; ENOMEM also if Xen has not that much; EINVAL if the mode needs more; ENOSYS on Arm.</returns>
    /// <remarks><c>XEN_DOMCTL_SHADOW_OP_SET_ALLOCATION</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult SetShadowAllocation<T>(
        T transport, DomctlInterface domctl, DomainId domain, uint mebibytes)
        where T : IHypercallTransport, allows ref struct
    {
        var shadow = new xen_domctl_shadow_op
        {
            op = V4_20Abi.XEN_DOMCTL_SHADOW_OP_SET_ALLOCATION,
            mb = mebibytes,
        };
        return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_shadow_op, domain, ref shadow);
    }

    private static HypercallResult ReadDirtyPages<T>(
        T transport, DomctlInterface domctl, DomainId domain, uint operation, uint mode, Span<byte> bitmap,
        out DirtyPageStatistics statistics)
        where T : IHypercallTransport, allows ref struct
    {
        statistics = default;
        var result = DomctlFrame.Acquire(
            transport, domctl, V4_20Abi.XEN_DOMCTL_shadow_op, domain, bitmap.Length, out var frame);
        if (!result.IsSuccess)
            return result;

        var shadow = DomctlFrame.Payload<xen_domctl_shadow_op>(frame);
        var data = bitmap.IsEmpty ? null : DomctlFrame.Data(frame);
        shadow->op = operation;
        shadow->mode = mode;
        shadow->dirty_bitmap = data;
        shadow->pages = 8 * (ulong)bitmap.Length;
        result = DomctlCall.Invoke(transport, frame);
        if (result.IsSuccess)
        {
            statistics = new DirtyPageStatistics(
                shadow->stats.fault_count, shadow->stats.dirty_count, shadow->pages);
            new ReadOnlySpan<byte>(data, bitmap.Length).CopyTo(bitmap);
        }

        transport.ReleaseBuffer(frame);
        return result;
    }
}

using System;

namespace Xen.Sys;

/// <content>A domain's grant table.</content>
// SAFETY: pointers lead into a buffer of AcquireBuffer, which is as large as was asked for and the caller's until it is
// released: room for the structure and, right behind it, for the lists.
public static unsafe partial class GrantTableOp
{
    /// <summary>Asks how large a grant table is.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain, or <see cref="DomainId.Self"/>.</param>
    /// <param name="size">The numbers, when result and status are fine.</param>
    /// <param name="status">
    /// How it went, when the result is a success: BadDomain no such domain; PermissionDenied not privileged over it.
    /// </param>
    /// <returns>Xen's result; ENOMEM if the transport has no buffer left.</returns>
    /// <remarks><c>GNTTABOP_query_size</c>, public/grant_table.h; stable.</remarks>
    public static HypercallResult QuerySize<T>(
        T transport, DomainId domain, out GrantTableSize size, out GrantStatus status)
        where T : IHypercallTransport, allows ref struct
    {
        var query = new gnttab_query_size { dom = domain.Value, status = NotReached };
        var result = InvokeOne(transport, XenAbi.GNTTABOP_query_size, ref query);
        status = StatusOf(result, query.status);
        size = status == GrantStatus.Okay ? new GrantTableSize(query.nr_frames, query.max_nr_frames) : default;
        return result;
    }

    /// <summary>Makes a grant table as large as asked for, if it is not, and gives its frames.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain, or <see cref="DomainId.Self"/>.</param>
    /// <param name="frames">Filled with the table's frames, as many as there is room for, but 509 at most.</param>
    /// <param name="status">
    /// How it went, when the result is a success: BadDomain, PermissionDenied, GeneralError if it cannot be so large.
    /// </param>
    /// <returns>Xen's result; E2BIG for more frames than a page holds; ENOMEM if the transport has no buffer left.</returns>
    /// <remarks><c>GNTTABOP_setup_table</c>, public/grant_table.h; stable.</remarks>
    public static HypercallResult SetupTable<T>(
        T transport, DomainId domain, Span<ulong> frames, out GrantStatus status)
        where T : IHypercallTransport, allows ref struct
    {
        status = GrantStatus.GeneralError;
        if (frames.Length > HypercallList.Capacity<gnttab_setup_table, ulong>())
            return HypercallResult.Failure(XenAbi.XEN_E2BIG);

        var setup = HypercallList.Acquire<T, gnttab_setup_table, ulong>(transport, frames.Length, out var list);
        if (setup is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        setup->dom = domain.Value;
        setup->nr_frames = (uint)frames.Length;
        setup->status = NotReached;
        setup->frame_list = list;
        var result = transport.Invoke(
            XenAbi.__HYPERVISOR_grant_table_op, XenAbi.GNTTABOP_setup_table, (ulong)setup, 1);
        status = StatusOf(result, setup->status);
        if (status == GrantStatus.Okay)
            new ReadOnlySpan<ulong>(list, frames.Length).CopyTo(frames);
        transport.ReleaseBuffer(setup);
        return result;
    }

    /// <summary>Gives the frames with the status words of a grant table of version 2.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain, or <see cref="DomainId.Self"/>.</param>
    /// <param name="frames">Filled with the frames, as many as there is room for, but 510 at most.</param>
    /// <param name="status">
    /// How it went, when the result is a success: BadDomain, PermissionDenied, GeneralError for a table of version 1
    /// or more frames than it has.
    /// </param>
    /// <returns>Xen's result; E2BIG for more frames than a page holds; ENOMEM if the transport has no buffer left.</returns>
    /// <remarks><c>GNTTABOP_get_status_frames</c>, public/grant_table.h; stable.</remarks>
    public static HypercallResult GetStatusFrames<T>(
        T transport, DomainId domain, Span<ulong> frames, out GrantStatus status)
        where T : IHypercallTransport, allows ref struct
    {
        status = GrantStatus.GeneralError;
        if (frames.Length > HypercallList.Capacity<gnttab_get_status_frames, ulong>())
            return HypercallResult.Failure(XenAbi.XEN_E2BIG);

        var get = HypercallList.Acquire<T, gnttab_get_status_frames, ulong>(transport, frames.Length, out var list);
        if (get is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        get->nr_frames = (uint)frames.Length;
        get->dom = domain.Value;
        get->status = NotReached;
        get->frame_list = list;
        var result = transport.Invoke(
            XenAbi.__HYPERVISOR_grant_table_op, XenAbi.GNTTABOP_get_status_frames, (ulong)get, 1);
        status = StatusOf(result, get->status);
        if (status == GrantStatus.Okay)
            new ReadOnlySpan<ulong>(list, frames.Length).CopyTo(frames);
        transport.ReleaseBuffer(get);
        return result;
    }

    /// <summary>Chooses the version of the caller's grant table.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="version">1 or 2.</param>
    /// <param name="inEffect">The version that holds now, when the result is a success.</param>
    /// <returns>
    /// Xen's result; EINVAL no such version; EBUSY while grants are in use; ENOSYS if this Xen or this domain is kept to
    /// version 1; ENOMEM.
    /// </returns>
    /// <remarks><c>GNTTABOP_set_version</c>, public/grant_table.h; stable.</remarks>
    public static HypercallResult SetVersion<T>(T transport, uint version, out uint inEffect)
        where T : IHypercallTransport, allows ref struct
    {
        var set = new gnttab_set_version { version = version };
        var result = InvokeOne(transport, XenAbi.GNTTABOP_set_version, ref set);
        inEffect = result.IsSuccess ? set.version : 0;
        return result;
    }

    /// <summary>Asks for the version of a domain's grant table.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain, or <see cref="DomainId.Self"/>.</param>
    /// <param name="version">1 or 2, when the result is a success; 0 before it has been set up.</param>
    /// <returns>Xen's result; ESRCH no such domain; EPERM not privileged over it; ENOMEM.</returns>
    /// <remarks><c>GNTTABOP_get_version</c>, public/grant_table.h; stable.</remarks>
    public static HypercallResult GetVersion<T>(T transport, DomainId domain, out uint version)
        where T : IHypercallTransport, allows ref struct
    {
        var get = new gnttab_get_version { dom = domain.Value };
        var result = InvokeOne(transport, XenAbi.GNTTABOP_get_version, ref get);
        version = result.IsSuccess ? get.version : 0;
        return result;
    }

    /// <summary>Exchanges entries of the caller's grant table.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="swaps">Two references each go in; <c>status</c> comes out.</param>
    /// <returns>A success even if single ones failed: look at each <c>status</c>. EFAULT or ENOMEM as for the batch.</returns>
    /// <remarks><c>GNTTABOP_swap_grant_ref</c>, public/grant_table.h; stable.</remarks>
    public static HypercallResult Swap<T>(T transport, Span<gnttab_swap_grant_ref> swaps)
        where T : IHypercallTransport, allows ref struct
    {
        foreach (ref var swap in swaps)
            swap.status = NotReached;
        return InvokeBatch(transport, XenAbi.GNTTABOP_swap_grant_ref, swaps);
    }

    private static GrantStatus StatusOf(HypercallResult result, short status) =>
        result.IsSuccess ? (GrantStatus)status : GrantStatus.GeneralError;
}

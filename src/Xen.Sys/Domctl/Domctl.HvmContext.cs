using System;
using Xen.Sys.V4_20;
using V4_20Abi = Xen.Sys.V4_20.XenAbi;

namespace Xen.Sys;

/// <content>The state of an HVM or PVH domain's virtual hardware, as Xen saves and restores it.</content>
// SAFETY: the frame and the data behind it are ours until they are released; Xen's count is bounded by the span.
public static unsafe partial class Domctl
{
    /// <summary>Asks how large a domain's context is.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <param name="size">Bytes that <see cref="GetHvmContext"/> needs at most.</param>
    /// <returns>Xen's result; EINVAL for a PV domain or the caller's own; ENOSYS on Arm.</returns>
    /// <remarks><c>XEN_DOMCTL_gethvmcontext</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult GetHvmContextSize<T>(
        T transport, DomctlInterface domctl, DomainId domain, out uint size)
        where T : IHypercallTransport, allows ref struct
    {
        var context = default(xen_domctl_hvmcontext);
        var result = DomctlCall.Invoke(
            transport, domctl, V4_20Abi.XEN_DOMCTL_gethvmcontext, domain, ref context);
        size = result.IsSuccess ? context.size : 0;
        return result;
    }

    /// <summary>Saves a domain's context. The domain should be paused.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <param name="context">Gets records of public/hvm/save.h, one after the other.</param>
    /// <param name="written">Bytes that were written.</param>
    /// <returns>
    /// Xen's result; ENOSPC if the context is larger than the span; EINVAL for a PV domain or the caller's own; ENOSYS on
    /// Arm; ENOMEM also if the span is larger than any buffer of the transport.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_gethvmcontext</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult GetHvmContext<T>(
        T transport, DomctlInterface domctl, DomainId domain, Span<byte> context, out int written)
        where T : IHypercallTransport, allows ref struct
    {
        written = 0;
        var result = DomctlFrame.Acquire(
            transport, domctl, V4_20Abi.XEN_DOMCTL_gethvmcontext, domain, context.Length, out var frame);
        if (!result.IsSuccess)
            return result;

        var request = DomctlFrame.Payload<xen_domctl_hvmcontext>(frame);
        request->size = (uint)context.Length;
        request->buffer = DomctlFrame.Data(frame);
        result = DomctlCall.Invoke(transport, frame);
        if (result.IsSuccess)
        {
            written = (int)Math.Min(request->size, (uint)context.Length);
            new ReadOnlySpan<byte>(DomctlFrame.Data(frame), written).CopyTo(context);
        }

        transport.ReleaseBuffer(frame);
        return result;
    }

    /// <summary>Restores a domain's context. The domain must not have run with another one.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <param name="context">All of what <see cref="GetHvmContext"/> gave.</param>
    /// <returns>
    /// Xen's result; EINVAL if it is malformed, or of another kind of domain; ENOSYS on Arm; ENOMEM also if it is larger than
    /// any buffer of the transport.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_sethvmcontext</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult SetHvmContext<T>(
        T transport, DomctlInterface domctl, DomainId domain, ReadOnlySpan<byte> context)
        where T : IHypercallTransport, allows ref struct
    {
        var result = DomctlFrame.Acquire(
            transport, domctl, V4_20Abi.XEN_DOMCTL_sethvmcontext, domain, context.Length, out var frame);
        if (!result.IsSuccess)
            return result;

        var request = DomctlFrame.Payload<xen_domctl_hvmcontext>(frame);
        request->size = (uint)context.Length;
        request->buffer = DomctlFrame.Data(frame);
        context.CopyTo(new Span<byte>(DomctlFrame.Data(frame), context.Length));
        result = DomctlCall.Invoke(transport, frame);
        transport.ReleaseBuffer(frame);
        return result;
    }

    /// <summary>Asks how large one record of a domain's context is.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <param name="type">The type of the record, <c>HVM_SAVE_CODE</c> of public/hvm/save.h.</param>
    /// <param name="instance">Which one: the vCPU's number for what each vCPU has.</param>
    /// <param name="size">Bytes that <see cref="GetHvmContextRecord"/> needs.</param>
    /// <returns>
    /// Xen's result; EINVAL if there is no such type, or for a PV domain or the caller's own; ENOENT if there is no such
    /// instance; ENOSYS on Arm.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_gethvmcontext_partial</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult GetHvmContextRecordSize<T>(
        T transport, DomctlInterface domctl, DomainId domain, uint type, uint instance, out uint size)
        where T : IHypercallTransport, allows ref struct
    {
        var request = new xen_domctl_hvmcontext_partial { type = type, instance = instance };
        var result = DomctlCall.Invoke(
            transport, domctl, V4_20Abi.XEN_DOMCTL_gethvmcontext_partial, domain, ref request);
        size = result.IsSuccess ? (uint)request.bufsz : 0;
        return result;
    }

    /// <summary>Saves one record of a domain's context.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <param name="type">The type of the record, <c>HVM_SAVE_CODE</c> of public/hvm/save.h.</param>
    /// <param name="instance">Which one: the vCPU's number for what each vCPU has.</param>
    /// <param name="record">Gets the record, without a header.</param>
    /// <param name="written">Bytes that were written.</param>
    /// <returns>
    /// Xen's result; EINVAL if there is no such type, or for a PV domain or the caller's own; ENOENT if there is no such
    /// instance; ENOBUFS if the record is larger than the span; ENOSYS on Arm.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_gethvmcontext_partial</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult GetHvmContextRecord<T>(
        T transport, DomctlInterface domctl, DomainId domain, uint type, uint instance, Span<byte> record,
        out int written)
        where T : IHypercallTransport, allows ref struct
    {
        written = 0;
        var result = DomctlFrame.Acquire(
            transport, domctl, V4_20Abi.XEN_DOMCTL_gethvmcontext_partial, domain, record.Length, out var frame);
        if (!result.IsSuccess)
            return result;

        var request = DomctlFrame.Payload<xen_domctl_hvmcontext_partial>(frame);
        request->type = type;
        request->instance = instance;
        request->bufsz = (ulong)record.Length;
        request->buffer = DomctlFrame.Data(frame);
        result = DomctlCall.Invoke(transport, frame);
        if (result.IsSuccess)
        {
            written = (int)Math.Min(request->bufsz, (ulong)record.Length);
            new ReadOnlySpan<byte>(DomctlFrame.Data(frame), written).CopyTo(record);
        }

        transport.ReleaseBuffer(frame);
        return result;
    }
}

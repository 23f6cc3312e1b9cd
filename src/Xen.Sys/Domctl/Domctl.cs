namespace Xen.Sys;

/// <summary>The <c>domctl</c> hypercall, public/domctl.h: control of domains, for the control domain only.</summary>
/// <remarks>
/// Common failures of all of them: EPERM not privileged, ESRCH no such domain, EACCES an interface that is not supported
/// (Xen is not called then), ENOMEM no buffer, ENOSYS an operation that this Xen does not have. Out values are zero after
/// a failure. Xen serves one domctl at a time and continues long ones by itself: ERESTART and EAGAIN are never for the
/// caller to handle unless an operation says so.
/// </remarks>
public static unsafe partial class Domctl
{
    /// <summary>Asks for the state of a domain.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">From <see cref="DomctlInterface.Probe{T}(T, out DomctlInterface)"/>; must be supported.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="info">Its state, when the result is a success.</param>
    /// <returns>Xen's result; ESRCH also where Xen describes the next domain because this one is gone.</returns>
    /// <remarks><c>XEN_DOMCTL_getdomaininfo</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult GetDomainInfo<T>(
        T transport, DomctlInterface domctl, DomainId domain, out DomainInfo info)
        where T : IHypercallTransport, allows ref struct
    {
        info = default;
        var result = DomctlFrame.Acquire(
            transport, domctl, V4_20.XenAbi.XEN_DOMCTL_getdomaininfo, domain, 0, out var frame);
        if (!result.IsSuccess)
            return result;

        // SAFETY: the frame is ours until it is released, and its union is larger than any form of the description.
        result = DomctlCall.Invoke(transport, frame);
        if (result.IsSuccess)
            info = DomainInfoForm.Read(DomctlFrame.Payload<byte>(frame), domctl.Form, domctl.Architecture);
        transport.ReleaseBuffer(frame);

        if (!result.IsSuccess || info.Id == domain)
            return result;
        info = default;
        return HypercallResult.Failure(XenAbi.XEN_ESRCH);
    }
}

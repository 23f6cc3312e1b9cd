namespace Xen.Sys;

/// <summary>Issues domctl operations whose arguments fit the frame.</summary>
// SAFETY: frames are acquired at their full length and are this class's until they are released; the structures of the
// operations have at most the size of the union.
internal static unsafe class DomctlCall
{
    /// <summary>Issues an operation without a structure.</summary>
    /// <returns>Xen's result; EACCES if the interface is not supported; ENOMEM without a buffer.</returns>
    internal static HypercallResult Invoke<T>(T transport, DomctlInterface domctl, uint command, DomainId domain)
        where T : IHypercallTransport, allows ref struct
    {
        ulong none = 0;
        return Invoke(transport, domctl, command, domain, ref none);
    }

    /// <summary>Issues an operation with its structure, which Xen may change.</summary>
    /// <returns>Xen's result; EACCES if the interface is not supported; ENOMEM without a buffer.</returns>
    internal static HypercallResult Invoke<T, TPayload>(
        T transport, DomctlInterface domctl, uint command, DomainId domain, ref TPayload payload)
        where T : IHypercallTransport, allows ref struct
        where TPayload : unmanaged => domctl.IsSupported
            ? Invoke(transport, domctl.Version, command, ref domain, ref payload)
            : HypercallResult.Failure(XenAbi.XEN_EACCES);

    /// <summary>Issues an operation under a version number, which Xen may refuse.</summary>
    /// <returns>Xen's result; ENOMEM without a buffer.</returns>
    internal static HypercallResult Invoke<T, TPayload>(
        T transport, uint version, uint command, ref DomainId domain, ref TPayload payload)
        where T : IHypercallTransport, allows ref struct
        where TPayload : unmanaged
    {
        var frame = (DomctlFrame*)transport.AcquireBuffer((nuint)sizeof(DomctlFrame));
        if (frame is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        frame->Command = command;
        frame->InterfaceVersion = version;
        frame->Domain = domain.Value;
        *DomctlFrame.Payload<TPayload>(frame) = payload;
        var result = Invoke(transport, frame);
        domain = new DomainId(frame->Domain);
        payload = *DomctlFrame.Payload<TPayload>(frame);
        transport.ReleaseBuffer(frame);
        return result;
    }

    /// <summary>Issues the operation of a frame, which stays the caller's.</summary>
    internal static HypercallResult Invoke<T>(T transport, DomctlFrame* frame)
        where T : IHypercallTransport, allows ref struct =>
        transport.Invoke(XenAbi.__HYPERVISOR_domctl, (ulong)frame);
}

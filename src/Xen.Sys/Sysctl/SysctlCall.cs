namespace Xen.Sys;

/// <summary>Issues sysctl operations whose arguments fit the frame.</summary>
// SAFETY: frames are acquired at their full length and are this class's until they are released; the structures of the
// operations have at most the size of the union.
internal static unsafe class SysctlCall
{
    /// <summary>Issues an operation with its structure, which Xen may change.</summary>
    /// <returns>Xen's result; EACCES if the interface is not supported; ENOMEM without a buffer.</returns>
    internal static HypercallResult Invoke<T, TPayload>(
        T transport, SysctlInterface sysctl, uint command, ref TPayload payload)
        where T : IHypercallTransport, allows ref struct
        where TPayload : unmanaged => sysctl.IsSupported
            ? Invoke(transport, sysctl.Version, command, ref payload)
            : HypercallResult.Failure(XenAbi.XEN_EACCES);

    /// <summary>Issues an operation under a version number, which Xen may refuse.</summary>
    /// <returns>Xen's result; ENOMEM without a buffer.</returns>
    internal static HypercallResult Invoke<T, TPayload>(
        T transport, uint version, uint command, ref TPayload payload)
        where T : IHypercallTransport, allows ref struct
        where TPayload : unmanaged
    {
        var frame = (SysctlFrame*)transport.AcquireBuffer((nuint)sizeof(SysctlFrame));
        if (frame is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        frame->Command = command;
        frame->InterfaceVersion = version;
        *SysctlFrame.Payload<TPayload>(frame) = payload;
        var result = Invoke(transport, frame);
        payload = *SysctlFrame.Payload<TPayload>(frame);
        transport.ReleaseBuffer(frame);
        return result;
    }

    /// <summary>Issues the operation of a frame, which stays the caller's.</summary>
    internal static HypercallResult Invoke<T>(T transport, SysctlFrame* frame)
        where T : IHypercallTransport, allows ref struct =>
        transport.Invoke(XenAbi.__HYPERVISOR_sysctl, (ulong)frame);
}

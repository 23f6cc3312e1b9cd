namespace Xen.Sys;

/// <summary>Carries one structure to Xen and back by the transport's hypercall-safe memory.</summary>
internal static unsafe class HypercallArgument
{
    /// <summary>Issues <c>hypercall(subop, &amp;argument)</c>.</summary>
    /// <returns>Xen's result; ENOMEM if the transport has no buffer left.</returns>
    internal static HypercallResult Invoke<T, TArgument>(
        T transport, uint hypercall, ulong subOperation, ref TArgument argument)
        where T : IHypercallTransport, allows ref struct
        where TArgument : unmanaged
    {
        // SAFETY: the buffer is at least as large as the structure and ours until released.
        var buffer = (TArgument*)transport.AcquireBuffer((nuint)sizeof(TArgument));
        if (buffer is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        *buffer = argument;
        var result = transport.Invoke(hypercall, subOperation, (ulong)buffer);
        argument = *buffer;
        transport.ReleaseBuffer(buffer);
        return result;
    }
}

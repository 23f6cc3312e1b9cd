namespace Xen.Sys;

/// <summary>Carries one structure to Xen and back by the transport's hypercall-safe memory.</summary>
// SAFETY: pointers lead into a buffer of AcquireBuffer, which is as large as was asked for and the caller's until it is
// released. A structure, or an array of them, fills it.
internal static unsafe class HypercallArgument
{
    /// <summary>Issues <c>hypercall(subop, &amp;argument)</c>.</summary>
    /// <returns>Xen's result; ENOMEM if the transport has no buffer left.</returns>
    internal static HypercallResult Invoke<T, TArgument>(
        T transport, uint hypercall, ulong subOperation, ref TArgument argument)
        where T : IHypercallTransport, allows ref struct
        where TArgument : unmanaged
    {
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

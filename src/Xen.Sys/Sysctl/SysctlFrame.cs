using System.Runtime.InteropServices;

namespace Xen.Sys;

/// <summary>
/// What <c>struct xen_sysctl</c>, public/sysctl.h, is in every release and on every architecture: a head, and room for any
/// operation's structure. Data that the structure points to may follow it in the same buffer.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Length)]
internal unsafe struct SysctlFrame
{
    internal const int Length = 136;
    internal const int PayloadOffset = 8;

    [FieldOffset(0)]
    internal uint Command;

    [FieldOffset(4)]
    internal uint InterfaceVersion;

    // The union u.
    [FieldOffset(PayloadOffset)]
    private fixed byte _payload[Length - PayloadOffset];

    /// <summary>Takes a buffer for an operation with data, and fills in the head.</summary>
    /// <param name="transport">Where the caller gives the buffer back.</param>
    /// <param name="sysctl">The version and the form.</param>
    /// <param name="command">A <c>XEN_SYSCTL_*</c> number.</param>
    /// <param name="dataLength">Bytes of data.</param>
    /// <param name="frame">The frame; null after a failure.</param>
    /// <returns>EACCES if the interface is not supported; ENOMEM if there is no such buffer.</returns>
    // SAFETY: the buffer has the length of a frame, so that its head can be written.
    internal static HypercallResult Acquire<T>(
        T transport, SysctlInterface sysctl, uint command, long dataLength, out SysctlFrame* frame)
        where T : IHypercallTransport, allows ref struct
    {
        frame = null;
        if (dataLength > IHypercallTransport.MaximumBufferSize - Length)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);
        if (!sysctl.IsSupported)
            return HypercallResult.Failure(XenAbi.XEN_EACCES);

        frame = (SysctlFrame*)transport.AcquireBuffer((nuint)Length + (nuint)dataLength);
        if (frame is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        frame->Command = command;
        frame->InterfaceVersion = sysctl.Version;
        return default;
    }

    /// <summary>The operation's structure.</summary>
    /// <param name="frame">A frame that <see cref="Acquire"/> gave.</param>
    // SAFETY: the structures that are used here have at most the size of the union.
    internal static TPayload* Payload<TPayload>(SysctlFrame* frame)
        where TPayload : unmanaged => (TPayload*)frame->_payload;

    /// <summary>The data.</summary>
    /// <param name="frame">A frame that <see cref="Acquire"/> gave with a length of data.</param>
    // SAFETY: behind the frame are as many bytes as were acquired.
    internal static byte* Data(SysctlFrame* frame) => (byte*)(frame + 1);
}

using System;

namespace Xen.Sys;

/// <content>How this Xen was built.</content>
// SAFETY: pointers lead into a buffer of AcquireBuffer, which is as large as was asked for and the caller's until it is
// released: room for the length and the bytes of the id.
public static unsafe partial class XenVersionOp
{
    /// <summary>The longest build id that <see cref="GetBuildId"/> can fetch, in bytes.</summary>
    public const int MaximumBuildIdLength = XenPage.Size - BuildIdHeader;

    // The length, which stands before the id in struct xen_build_id.
    private const int BuildIdHeader = sizeof(uint);

    /// <summary>Asks who built this Xen, when, and with what.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="info">Four texts that end with a zero byte, when the result is a success.</param>
    /// <returns>Xen's result; ENOMEM if the transport has no buffer left.</returns>
    /// <remarks><c>XENVER_compile_info</c>, public/version.h; stable.</remarks>
    public static HypercallResult GetCompileInfo<T>(T transport, out xen_compile_info info)
        where T : IHypercallTransport, allows ref struct
    {
        var answer = default(xen_compile_info);
        var result = Invoke(transport, XenAbi.XENVER_compile_info, ref answer);
        info = result.IsSuccess ? answer : default;
        return result;
    }

    /// <summary>Asks how long the build id is.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="length">Bytes, when the result is a success.</param>
    /// <returns>Xen's result; ENODATA if this Xen was built without; EPERM if it is kept from this domain.</returns>
    /// <remarks><c>XENVER_build_id</c> without a buffer, public/version.h; stable.</remarks>
    public static HypercallResult GetBuildIdLength<T>(T transport, out int length)
        where T : IHypercallTransport, allows ref struct
    {
        var result = transport.Invoke(XenAbi.__HYPERVISOR_xen_version, XenAbi.XENVER_build_id);
        length = result.IsSuccess ? (int)result.Value : 0;
        return result;
    }

    /// <summary>Asks for the build id, the linker's hash of this Xen.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="buildId">
    /// Filled with the id; 20 bytes are enough for the usual SHA-1. What is longer than
    /// <see cref="MaximumBuildIdLength"/> is not used.
    /// </param>
    /// <param name="length">Bytes of id, when the result is a success.</param>
    /// <returns>
    /// Xen's result; ENOBUFS if the id does not fit; EINVAL for an empty span; ENODATA if this Xen was built without;
    /// EPERM if it is kept from this domain; ENOMEM if the transport has no buffer left.
    /// </returns>
    /// <remarks><c>XENVER_build_id</c>, public/version.h; stable.</remarks>
    public static HypercallResult GetBuildId<T>(T transport, Span<byte> buildId, out int length)
        where T : IHypercallTransport, allows ref struct
    {
        length = 0;
        var room = Math.Min(buildId.Length, MaximumBuildIdLength);
        var buffer = (xen_build_id*)transport.AcquireBuffer((nuint)(BuildIdHeader + room));
        if (buffer is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        buffer->len = (uint)room;
        var result = transport.Invoke(XenAbi.__HYPERVISOR_xen_version, XenAbi.XENVER_build_id, (ulong)buffer);
        if (result.IsSuccess)
        {
            length = (int)Math.Min(result.Value, room);
            new ReadOnlySpan<byte>((byte*)buffer + BuildIdHeader, length).CopyTo(buildId);
        }

        transport.ReleaseBuffer(buffer);
        return result;
    }
}

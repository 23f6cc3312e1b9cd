using System;

namespace Xen.Sys;

/// <content>Texts, as bytes. <see cref="XenVersionText"/> has them as strings.</content>
// SAFETY: pointers lead into a buffer of AcquireBuffer, which is as large as was asked for and the caller's until it is
// released.
public static unsafe partial class XenVersionOp
{
    /// <summary>Bytes that hold any of these texts.</summary>
    public const int MaximumTextLength = (int)XenAbi.XEN_CAPABILITIES_INFO_LEN;

    // xen_commandline_t, for which the header has no constant.
    private const int CommandLineSize = 1024;

    /// <summary>Asks for what follows major and minor number: <c>.4</c>.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="text">Filled with the text; 16 bytes are always enough.</param>
    /// <param name="length">Bytes of text, when the result is a success.</param>
    /// <returns>Xen's result; E2BIG if the text does not fit; ENOMEM if the transport has no buffer left.</returns>
    /// <remarks><c>XENVER_extraversion</c>, public/version.h; stable.</remarks>
    public static HypercallResult GetExtraVersion<T>(T transport, Span<byte> text, out int length)
        where T : IHypercallTransport, allows ref struct =>
        GetText(transport, XenAbi.XENVER_extraversion, (int)XenAbi.XEN_EXTRAVERSION_LEN, text, out length);

    /// <summary>Asks for the kinds of domains that this Xen can run: <c>xen-3.0-x86_64 hvm-3.0-x86_64 </c>.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="text">Filled with names, each followed by a blank; 1024 bytes are always enough.</param>
    /// <param name="length">Bytes of text, when the result is a success.</param>
    /// <returns>Xen's result; E2BIG if the text does not fit; ENOMEM if the transport has no buffer left.</returns>
    /// <remarks><c>XENVER_capabilities</c>, public/version.h; stable.</remarks>
    public static HypercallResult GetCapabilities<T>(T transport, Span<byte> text, out int length)
        where T : IHypercallTransport, allows ref struct =>
        GetText(transport, XenAbi.XENVER_capabilities, (int)XenAbi.XEN_CAPABILITIES_INFO_LEN, text, out length);

    /// <summary>Asks which revision of its source this Xen was built from.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="text">Filled with the text; 64 bytes are always enough.</param>
    /// <param name="length">Bytes of text, when the result is a success.</param>
    /// <returns>Xen's result; E2BIG if the text does not fit; ENOMEM if the transport has no buffer left.</returns>
    /// <remarks><c>XENVER_changeset</c>, public/version.h; stable.</remarks>
    public static HypercallResult GetChangeset<T>(T transport, Span<byte> text, out int length)
        where T : IHypercallTransport, allows ref struct =>
        GetText(transport, XenAbi.XENVER_changeset, (int)XenAbi.XEN_CHANGESET_INFO_LEN, text, out length);

    /// <summary>Asks for the command line that Xen was booted with.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="text">Filled with the text; 1024 bytes are always enough.</param>
    /// <param name="length">Bytes of text, when the result is a success.</param>
    /// <returns>Xen's result; E2BIG if the text does not fit; ENOMEM if the transport has no buffer left.</returns>
    /// <remarks><c>XENVER_commandline</c>, public/version.h; stable.</remarks>
    public static HypercallResult GetCommandLine<T>(T transport, Span<byte> text, out int length)
        where T : IHypercallTransport, allows ref struct =>
        GetText(transport, XenAbi.XENVER_commandline, CommandLineSize, text, out length);

    private static HypercallResult GetText<T>(
        T transport, uint subOperation, int size, Span<byte> text, out int length)
        where T : IHypercallTransport, allows ref struct
    {
        length = 0;
        var buffer = transport.AcquireBuffer((nuint)size);
        if (buffer is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        var result = transport.Invoke(XenAbi.__HYPERVISOR_xen_version, subOperation, (ulong)buffer);
        if (result.IsSuccess)
        {
            var answer = new ReadOnlySpan<byte>(buffer, size);
            var end = answer.IndexOf((byte)0);
            answer = end < 0 ? answer : answer[..end];
            if (answer.TryCopyTo(text))
                length = answer.Length;
            else
                result = HypercallResult.Failure(XenAbi.XEN_E2BIG);
        }

        transport.ReleaseBuffer(buffer);
        return result;
    }
}

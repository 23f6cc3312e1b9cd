using System;

namespace Xen.Sys;

/// <summary>The <c>console_io</c> hypercall, public/xen.h: Xen's own console.</summary>
// SAFETY: pointers lead into a buffer of AcquireBuffer, which is as large as was asked for and the caller's until it is
// released.
public static unsafe class ConsoleIo
{
    /// <summary>Writes to Xen's console.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="text">
    /// Any length; Xen gets a page at a time. From other domains than the hardware domain, only printable characters
    /// come through, and Xen may hold them back until the end of the line.
    /// </param>
    /// <returns>
    /// Xen's result; EPERM for a domain that may not write there; ENOMEM if the transport has no buffer left. After a
    /// failure, any number of whole pages of the text has been written.
    /// </returns>
    /// <remarks><c>CONSOLEIO_write</c>, public/xen.h; stable.</remarks>
    public static HypercallResult Write<T>(T transport, ReadOnlySpan<byte> text)
        where T : IHypercallTransport, allows ref struct
    {
        var result = default(HypercallResult);
        while (!text.IsEmpty && result.IsSuccess)
        {
            var chunk = text[..Math.Min(text.Length, XenPage.Size)];
            text = text[chunk.Length..];
            var buffer = HypercallBatch.Stage(transport, chunk);
            if (buffer is null)
                return HypercallResult.Failure(XenAbi.XEN_ENOMEM);
            result = transport.Invoke(
                XenAbi.__HYPERVISOR_console_io, XenAbi.CONSOLEIO_write, (ulong)chunk.Length, (ulong)buffer);
            transport.ReleaseBuffer(buffer);
        }

        return result;
    }

    /// <summary>Takes what has been typed on Xen's console.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="text">Filled; at most a page of it. What does not fit waits for the next call.</param>
    /// <param name="length">Bytes read, when the result is a success; 0 if nothing waits.</param>
    /// <returns>Xen's result; EPERM for other domains than the hardware domain; ENOMEM without a buffer.</returns>
    /// <remarks><c>CONSOLEIO_read</c>, public/xen.h; stable.</remarks>
    public static HypercallResult Read<T>(T transport, Span<byte> text, out int length)
        where T : IHypercallTransport, allows ref struct
    {
        length = 0;
        var room = Math.Min(text.Length, XenPage.Size);
        var buffer = transport.AcquireBuffer((nuint)room);
        if (buffer is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        var result = transport.Invoke(
            XenAbi.__HYPERVISOR_console_io, XenAbi.CONSOLEIO_read, (ulong)room, (ulong)buffer);
        if (result.IsSuccess)
        {
            length = (int)Math.Min(result.Value, room);
            new ReadOnlySpan<byte>(buffer, length).CopyTo(text);
        }

        transport.ReleaseBuffer(buffer);
        return result;
    }
}

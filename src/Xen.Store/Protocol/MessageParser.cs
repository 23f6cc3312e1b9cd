using System;

namespace Xen.Store.Protocol;

/// <summary>Finds messages in bytes.</summary>
public static class MessageParser
{
    /// <summary>Reads the first message of a buffer.</summary>
    /// <param name="source">Bytes from the beginning of a message on; any number of them.</param>
    /// <param name="message">The message, if it is complete. It lies in <paramref name="source"/>.</param>
    /// <param name="size">Its bytes, with the header; else what is known to be needed.</param>
    /// <param name="maximumPayload">Bytes of a payload that are believed.</param>
    public static ParseStatus Read(
        ReadOnlySpan<byte> source,
        out Message message,
        out int size,
        int maximumPayload = XenStoreLimits.MaximumPayload)
    {
        message = default;
        size = MessageHeader.Size;
        if (source.Length < MessageHeader.Size)
            return ParseStatus.NeedMoreData;

        var header = MessageHeader.Read(source);
        if (header.Length > maximumPayload)
            return ParseStatus.TooLong;
        size += (int)header.Length;
        if (source.Length < size)
            return ParseStatus.NeedMoreData;

        message = new Message(header, source[MessageHeader.Size..size]);
        return ParseStatus.Complete;
    }
}

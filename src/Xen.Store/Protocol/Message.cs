using System;

namespace Xen.Store.Protocol;

/// <summary>A message where it stands in a buffer: a header and a payload.</summary>
/// <param name="header">The header.</param>
/// <param name="payload">As many bytes as the header says.</param>
public readonly ref struct Message(MessageHeader header, ReadOnlySpan<byte> payload)
{
    /// <summary>The header.</summary>
    public MessageHeader Header { get; } = header;

    /// <summary>The payload, at most <see cref="XenStoreLimits.MaximumPayload"/> bytes.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;
}

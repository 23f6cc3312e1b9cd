using System;

namespace Xen.Sys.Tests.Wrappers;

/// <summary>Bytes that Xen writes somewhere into the argument.</summary>
internal readonly struct Reply
{
    private readonly int _offset;
    private readonly byte[] _bytes;

    /// <summary>Takes <c>offset:bytes</c> apart, or <c>1@offset:bytes</c> for a device model operation's data.</summary>
    internal Reply(string text)
    {
        if (text.StartsWith("1@", StringComparison.Ordinal))
            (Buffer, text) = (1, text[2..]);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        _offset = int.Parse(text[..colon], System.Globalization.CultureInfo.InvariantCulture);
        _bytes = Bytes.Parse(text[(colon + 1)..]);
    }

    internal int Buffer { get; }

    internal void WriteTo(Span<byte> argument) => _bytes.CopyTo(argument[_offset..]);
}

using System;

namespace Xen.Domain;

/// <summary>The numbers of a device tree.</summary>
internal static class BigEndian
{
    internal static uint ReadUInt32(ReadOnlySpan<byte> bytes, int offset)
    {
        bytes = bytes.Slice(offset, sizeof(uint));
        return ((uint)bytes[0] << 24) | ((uint)bytes[1] << 16) | ((uint)bytes[2] << 8) | bytes[3];
    }
}

using System;

namespace Xen.Domain;

/// <summary>The numbers of a device tree.</summary>
internal static class BigEndian
{
    internal static uint ReadUInt32(ReadOnlySpan<byte> bytes, int offset) =>
        ((uint)bytes[offset] << 24) | ((uint)bytes[offset + 1] << 16) | ((uint)bytes[offset + 2] << 8) | bytes[offset + 3];
}

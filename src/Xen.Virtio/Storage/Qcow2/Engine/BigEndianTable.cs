using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>A table of 64-bit numbers in the format's byte order, all of it.</summary>
internal static class BigEndianTable
{
    /// <summary>Reads a table; its length has been held against a limit.</summary>
    public static ulong[] Read(ImageFile file, long offset, int entries)
    {
        var table = new ulong[entries];
        file.Read(offset, MemoryMarshal.AsBytes(table.AsSpan()));
        if (BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(table, table);
        return table;
    }

    public static void Write(ImageFile file, long offset, ReadOnlySpan<ulong> table)
    {
        var copy = table.ToArray();
        if (BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(copy, copy);
        file.Write(offset, MemoryMarshal.AsBytes(copy.AsSpan()));
    }
}

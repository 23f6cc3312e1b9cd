using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

namespace Xen.Sys.HeaderCheck;

/// <summary>Reads the sections of a 64-bit little-endian ELF file, which is what both targets produce.</summary>
internal static class ElfSections
{
    private const int SectionHeaderSize = 64;

    /// <summary>The contents of all sections that have any, by name.</summary>
    public static Dictionary<string, byte[]> Read(byte[] file)
    {
        int table = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(0x28));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(0x3c));
        int namesIndex = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(0x3e));
        ReadOnlySpan<byte> names = Content(file, table, namesIndex);
        var sections = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            const uint NoBits = 8;
            if (BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(table + (i * SectionHeaderSize) + 4)) is 0 or NoBits)
                continue;
            ReadOnlySpan<byte> name = names[BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(table + (i * SectionHeaderSize)))..];
            sections[Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)])] = Content(file, table, i).ToArray();
        }

        return sections;
    }

    private static ReadOnlySpan<byte> Content(byte[] file, int table, int section)
    {
        ReadOnlySpan<byte> header = file.AsSpan(table + (section * SectionHeaderSize), SectionHeaderSize);
        return file.AsSpan(
            (int)BinaryPrimitives.ReadUInt64LittleEndian(header[0x18..]), (int)BinaryPrimitives.ReadUInt64LittleEndian(header[0x20..]));
    }
}

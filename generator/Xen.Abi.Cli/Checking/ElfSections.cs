using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

namespace Xen.Abi.Cli.Checking;

/// <summary>Reads the sections of a little-endian ELF file of 32 or 64 bits.</summary>
internal static class ElfSections
{
    private const int ClassOffset = 4;
    private const byte Class64 = 2;
    private const uint Unused = 0;
    private const uint NoBits = 8;

    /// <summary>The contents of all sections that have any, by name.</summary>
    public static Dictionary<string, byte[]> Read(byte[] file)
    {
        bool wide = file[ClassOffset] == Class64;
        int table = wide ? (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(0x28)) : Word(file, 0x20);
        int entrySize = wide ? 64 : 40;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(wide ? 0x3c : 0x30));
        int namesIndex = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(wide ? 0x3e : 0x32));

        // Where there are too many sections for the file header, section 0 has the numbers.
        const int InSectionZero = 0xffff;
        if (count == 0)
            count = wide ? (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(table + 0x20)) : Word(file, table + 0x14);
        if (namesIndex == InSectionZero)
            namesIndex = Word(file, table + (wide ? 0x28 : 0x18));

        ReadOnlySpan<byte> names = Content(table + (namesIndex * entrySize));
        var sections = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            int entry = table + (i * entrySize);
            if ((uint)Word(file, entry + 4) is Unused or NoBits)
                continue;
            ReadOnlySpan<byte> name = names[Word(file, entry)..];
            sections[Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)])] = Content(entry).ToArray();
        }

        return sections;

        ReadOnlySpan<byte> Content(int entry) => wide
            ? file.AsSpan(
                (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(entry + 0x18)),
                (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(entry + 0x20)))
            : file.AsSpan(Word(file, entry + 0x10), Word(file, entry + 0x14));
    }

    private static int Word(byte[] file, int offset) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(offset));
}

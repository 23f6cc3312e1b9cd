using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Xen.Testing.Decoding;

/// <summary>Bytes of a structure as names and values.</summary>
/// <param name="ledger">The buffers that pointers are told by.</param>
internal sealed class StructureText(BufferLedger ledger)
{
    private const int LongestArray = 8;
    private const int LongestBytes = 32;
    private const int ManyFields = 5;
    private const string ZeroArray = "[0...]";

    private static readonly string[] Zeros = ["0", "0x0", "null", ZeroArray];

    // What is a number of things by its name.
    private static readonly string[] CountWords = ["nr_", "num_", "pages", "count", "size", "time", "bits"];

    // What is an address, a frame or a set of flags by its name; other numbers of 64 bits are such as a rule.
    private static readonly string[] HexWords = ["flags", "addr", "gfn", "pfn", "mfn", "frame", "mask", "cap"];

    /// <summary>The fields of a structure, nested ones by their path. Padding is told only if it is not zero.</summary>
    /// <param name="bytes">As many as the structure has, or fewer: fields that are cut off are left out.</param>
    /// <param name="layout">The structure.</param>
    internal List<(string Name, string Value)> Fields(ReadOnlySpan<byte> bytes, StructureLayout layout)
    {
        var fields = new List<(string, string)>();
        Add(fields, "", bytes, layout);
        return fields;
    }

    /// <summary>As <c>{name=value name=value}</c>, and <c>{0}</c> for many fields that are all zero.</summary>
    internal static string Join(IReadOnlyCollection<(string Name, string Value)> fields) =>
        fields.Count >= ManyFields && fields.All(field => Zeros.Contains(field.Value))
            ? "{0}"
            : $"{{{string.Join(' ', fields.Select(field => $"{field.Name}={field.Value}"))}}}";

    /// <summary>An address: by the buffer it lies in, or as a number.</summary>
    internal string Pointer(ulong address)
    {
        if (address == 0)
            return "null";
        if (!ledger.TryFind(address, out var buffer))
            return Hex(address);
        var offset = address - (ulong)buffer.Address;
        return offset == 0 ? $"&buffer{buffer.Number}" : $"&buffer{buffer.Number}+{Hex(offset)}";
    }

    internal static string Hex(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    private void Add(List<(string, string)> fields, string path, ReadOnlySpan<byte> bytes, StructureLayout layout)
    {
        if (layout.IsUnion)
        {
            fields.Add((path.TrimEnd('.'), Bytes(bytes[..Math.Min(layout.Size, bytes.Length)])));
            return;
        }

        foreach (var field in layout.Fields)
        {
            if (field.Offset + field.Size > bytes.Length)
                continue;
            var part = bytes.Slice(field.Offset, field.Size);
            if (IsPadding(field.Name) && !part.ContainsAnyExcept((byte)0))
                continue;
            var name = path + field.Name;
            if (field is { Kind: StructureFieldKind.Structure, Count: 1 })
                Add(fields, name + ".", part, field.Nested!);
            else
                fields.Add((name, field.Count == 1 ? Number(part, field) : Array(part, field)));
        }
    }

    private string Array(ReadOnlySpan<byte> bytes, StructureField field)
    {
        if (field is { ElementSize: 1, Nested: null })
            return Bytes(bytes);
        if (!bytes.ContainsAnyExcept((byte)0))
            return ZeroArray;

        var elements = new List<string>();
        for (var i = 0; i < Math.Min(field.Count, LongestArray); i++)
        {
            var element = bytes.Slice(i * field.ElementSize, field.ElementSize);
            elements.Add(field.Nested is null ? Number(element, field) : Join(Fields(element, field.Nested)));
        }

        return $"[{string.Join(' ', elements)}{(field.Count > LongestArray ? " ..." : "")}]";
    }

    private string Number(ReadOnlySpan<byte> bytes, StructureField field)
    {
        var value = Unsigned(bytes);
        if (field.Kind == StructureFieldKind.Pointer)
            return Pointer(value);
        if (field.Kind == StructureFieldKind.Signed)
            return Signed(value, bytes.Length).ToString(CultureInfo.InvariantCulture);
        var isHex = !HasWord(field.Name, CountWords) && (bytes.Length == 8 || HasWord(field.Name, HexWords));
        return isHex ? Hex(value) : value.ToString(CultureInfo.InvariantCulture);
    }

    private static bool HasWord(string name, string[] words) =>
        words.Any(word => name.Contains(word, StringComparison.Ordinal));

    // A text if it is one, up to its end; else hexadecimal digits, without the zeros at the end.
    private static string Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.TrimEnd((byte)0);
        if (bytes.IsEmpty)
            return "0";
        var shown = bytes[..Math.Min(bytes.Length, LongestBytes)];
        var end = bytes.Length > LongestBytes ? "..." : "";
        return shown.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? $"0x{Convert.ToHexStringLower(shown)}{end}"
            : $"\"{Encoding.ASCII.GetString(shown)}\"{end}";
    }

    private static ulong Unsigned(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        1 => bytes[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
    };

    private static long Signed(ulong value, int size) => size switch
    {
        1 => (sbyte)value,
        2 => (short)value,
        4 => (int)value,
        _ => (long)value,
    };

    private static bool IsPadding(string name) => name.StartsWith("pad", StringComparison.Ordinal)
        || name.StartsWith("opaque", StringComparison.Ordinal) || name.StartsWith("rsvd", StringComparison.Ordinal);
}

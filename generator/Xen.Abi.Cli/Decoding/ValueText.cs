using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Xen.Abi.Cli.Rendering;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Decoding;

/// <summary>Prints decoded values, one per line, with their path.</summary>
internal sealed class ValueText(TextWriter output) : IValueSink
{
    private const int BytesPerLine = 16;
    private const int NameWidth = 32;
    private readonly Stack<string> _path = new();

    /// <inheritdoc/>
    public bool JoinsZeros => true;

    /// <inheritdoc/>
    public void BeginRecord(ValuePlace place) => _path.Push(Path(place.Name));

    /// <inheritdoc/>
    public void EndRecord() => _path.Pop();

    /// <inheritdoc/>
    public void BeginArray(ValuePlace place, long count)
    {
        if (count == 0)
            Line(place, "(no elements)");
        _path.Push(Path(place.Name));
    }

    /// <inheritdoc/>
    public void EndArray() => _path.Pop();

    /// <inheritdoc/>
    public void Number(ValuePlace place, AbiType type, ulong bits, string? symbol)
    {
        string text = type.Kind switch
        {
            AbiTypeKind.Float => Float(type, bits),
            AbiTypeKind.Pointer or AbiTypeKind.GuestHandle => Hex(place, bits),
            AbiTypeKind.Bool when bits <= 1 => bits == 0 ? "false" : "true",
            AbiTypeKind.Signed => Both(unchecked((long)bits).ToString(CultureInfo.InvariantCulture), place, bits),
            _ => Both(bits.ToString(CultureInfo.InvariantCulture), place, bits),
        };
        Line(place, symbol is null ? text : $"{symbol} = {text}");
    }

    /// <inheritdoc/>
    public void Bytes(ValuePlace place, ReadOnlySpan<byte> bytes)
    {
        if (Printable(bytes) is { } text)
        {
            Line(place, AbiTextEscape.Quote(text));
        }
        else if (bytes.Length > BytesPerLine && !bytes.ContainsAnyExcept((byte)0))
        {
            Line(place, $"{bytes.Length} bytes, all zero");
        }
        else
        {
            for (int i = 0; i < Math.Max(1, bytes.Length); i += BytesPerLine)
            {
                ReadOnlySpan<byte> part = bytes[i..Math.Min(i + BytesPerLine, bytes.Length)];
                Line(i == 0 ? place : new ValuePlace($"[{i}]", place.BitOffset + (i * 8L), 0), Spaced(part), i == 0 ? null : Path(place.Name));
            }
        }

        if (bytes.Length < place.BitSize / 8)
            Missing(new ValuePlace(place.Name, place.BitOffset + (bytes.Length * 8L), place.BitSize - (bytes.Length * 8L)));
    }

    /// <inheritdoc/>
    public void Zeros(ValuePlace first, long count) =>
        Line(first, string.Create(CultureInfo.InvariantCulture, $"{count} elements, all zero"));

    /// <inheritdoc/>
    public void Missing(ValuePlace place) => Line(place, $"(missing, {RecordText.Count(place.BitSize)})");

    /// <inheritdoc/>
    public void Unknown(ValuePlace place, AbiType type) => Line(place, $"(unknown type {type})");

    /// <summary>The text in bytes that end with zeros, or in none; null if it has other letters.</summary>
    public static string? Printable(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.LastIndexOfAnyExcept((byte)0) + 1;
        return length > 0 && !bytes[..length].ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? Encoding.ASCII.GetString(bytes[..length])
            : null;
    }

    /// <summary>A floating-point number.</summary>
    public static string Float(AbiType type, ulong bits) => type.Bits == 32
        ? BitConverter.UInt32BitsToSingle((uint)bits).ToString(CultureInfo.InvariantCulture)
        : BitConverter.UInt64BitsToDouble(bits).ToString(CultureInfo.InvariantCulture);

    private static string Hex(ValuePlace place, ulong bits) =>
        "0x" + (place.BitSize == 64 ? bits : bits & ((1UL << (int)place.BitSize) - 1)).ToString("x", CultureInfo.InvariantCulture);

    private static string Both(string number, ValuePlace place, ulong bits) => $"{number} ({Hex(place, bits)})";

    private static string Spaced(ReadOnlySpan<byte> bytes) =>
        string.Join(' ', bytes.ToArray().Select(static part => part.ToString("x2", CultureInfo.InvariantCulture)));

    private string Path(string name)
    {
        string outer = _path.Count == 0 ? "" : _path.Peek();
        return outer.Length == 0 || name.StartsWith('[') ? outer + name : $"{outer}.{name}";
    }

    private void Line(ValuePlace place, string text, string? outer = null)
    {
        string offset = place.IsBitField ? $"{place.BitOffset / 8}.{place.BitOffset % 8}" : $"{place.BitOffset / 8}";
        output.Write($"{offset,8}  {(outer is null ? Path(place.Name) : outer + place.Name).PadRight(NameWidth)}  {text}\n");
    }
}

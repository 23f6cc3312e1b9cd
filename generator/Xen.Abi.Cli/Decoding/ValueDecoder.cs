using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Decoding;

/// <summary>Reads the members of a type out of bytes.</summary>
internal sealed class ValueDecoder(Scope scope, byte[] data, IValueSink sink)
{
    private const int MaxDepth = 24;
    private const int ZerosToJoin = 4;
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    /// <summary>Decodes the members of a record that starts with the input.</summary>
    public void Decode(AbiRecord record) => Members(record, 0, MaxDepth);

    /// <summary>Decodes a value that starts with the input.</summary>
    public void Decode(string name, AbiType type) => Value(name, type, 0, MaxDepth);

    private void Members(AbiRecord record, long start, int depth)
    {
        _open.Add(record.Name);
        foreach (AbiField field in record.Fields)
        {
            long offset = start + field.BitOffset;
            if (field.IsBitField)
                Scalar(new ValuePlace(field.Name, offset, field.BitWidth, IsBitField: true), field.Type);
            else if (field.Name.Length == 0 && depth > 0 && scope.Record(field.Type) is { } anonymous && !_open.Contains(anonymous.Name))
                Members(anonymous, offset, depth - 1);
            else
                Value(field.Name, field.Type, offset, depth);
        }

        _open.Remove(record.Name);
    }

    private void Value(string name, AbiType type, long offset, int depth)
    {
        AbiType resolved = scope.Resolve(type);
        var place = new ValuePlace(name, offset, (scope.SizeOf(resolved) ?? 0) * 8);
        if (depth == 0 || scope.SizeOf(resolved) is null || (resolved.IsRecord && _open.Contains(resolved.Name)))
        {
            sink.Unknown(place, type);
        }
        else if (resolved.Kind == AbiTypeKind.Array)
        {
            Array(place, resolved, depth);
        }
        else if (scope.Record(resolved) is { } record)
        {
            sink.BeginRecord(place);
            Members(record, offset, depth - 1);
            sink.EndRecord();
        }
        else
        {
            Scalar(place, resolved);
        }
    }

    private void Array(ValuePlace place, AbiType type, int depth)
    {
        AbiType element = scope.Resolve(type.Element!);
        if (scope.SizeOf(element) is not { } size)
        {
            sink.Unknown(place, type);
            return;
        }

        long start = place.BitOffset / 8;
        long left = Math.Max(0, data.Length - start);
        long there = size == 0 ? 0 : (left + size - 1) / size;
        long count = type.Count < 0 ? left / Math.Max(1, size) : type.Count;
        if (type.Count < 0)
            place = place with { BitSize = count * size * 8 };
        if (size == 1 && element.Kind is AbiTypeKind.Char or AbiTypeKind.Unsigned or AbiTypeKind.Signed && element.Bits == 8)
        {
            if (count > 0 && left == 0)
                sink.Missing(place);
            else
                sink.Bytes(place, data.AsSpan((int)Math.Min(start, data.Length), (int)Math.Min(count, left)));
            return;
        }

        sink.BeginArray(place, count);
        for (long i = 0; i < Math.Min(count, there); i++)
        {
            long zeros = sink.JoinsZeros ? ZerosFrom(start, size, i, Math.Min(count, left / size)) : 0;
            if (zeros >= ZerosToJoin)
            {
                sink.Zeros(Element(i, place.BitOffset, size), zeros);
                i += zeros - 1;
                continue;
            }

            Value(Index(i), element, place.BitOffset + (i * size * 8), depth - 1);
        }

        if (there < count && size > 0)
            sink.Missing(Element(there, place.BitOffset, size) with { BitSize = (count - there) * size * 8 });
        sink.EndArray();
    }

    private long ZerosFrom(long start, long size, long first, long end)
    {
        int from = (int)(start + (first * size));
        ReadOnlySpan<byte> rest = data.AsSpan(from, (int)(start + (end * size)) - from);
        int set = rest.IndexOfAnyExcept((byte)0);
        return set < 0 ? end - first : set / size;
    }

    private static ValuePlace Element(long index, long arrayOffset, long size) => new(Index(index), arrayOffset + (index * size * 8), size * 8);

    private static string Index(long index) => $"[{index.ToString(CultureInfo.InvariantCulture)}]";

    private void Scalar(ValuePlace place, AbiType type)
    {
        AbiType resolved = scope.Resolve(type);
        AbiEnum? enumeration = scope.Enum(resolved);
        AbiType stored = enumeration?.Type ?? resolved;
        if (place.BitSize is <= 0 or > 64)
            sink.Unknown(place, type);
        else if (place.BitOffset + place.BitSize > data.Length * 8L)
            sink.Missing(place);
        else
            sink.Number(place, stored, Bits(place, stored), Symbol(enumeration, Bits(place, stored)));
    }

    /// <summary>The bits of a value, a negative one with the sign in all higher bits.</summary>
    private ulong Bits(ValuePlace place, AbiType type)
    {
        UInt128 bits = 0;
        long last = (place.BitOffset + place.BitSize - 1) / 8;
        for (long at = last; at >= place.BitOffset / 8; at--)
            bits = (bits << 8) | data[at];
        int unused = 64 - (int)place.BitSize;
        ulong value = (ulong)(bits >> (int)(place.BitOffset % 8)) << unused;
        return type.Kind == AbiTypeKind.Signed ? unchecked((ulong)((long)value >> unused)) : value >> unused;
    }

    private static string? Symbol(AbiEnum? enumeration, ulong bits)
    {
        string value = enumeration?.Type.Kind == AbiTypeKind.Signed
            ? unchecked((long)bits).ToString(CultureInfo.InvariantCulture)
            : bits.ToString(CultureInfo.InvariantCulture);
        return enumeration?.Members.FirstOrDefault(member => member.Value == value)?.Name;
    }
}

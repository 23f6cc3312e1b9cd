using System;
using System.Text.Json;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Decoding;

/// <summary>Writes decoded values as JSON: a record has <c>fields</c>, all else a <c>value</c>.</summary>
internal sealed class ValueJson(Utf8JsonWriter json) : IValueSink
{
    /// <inheritdoc/>
    public bool JoinsZeros => false;

    /// <inheritdoc/>
    public void BeginRecord(ValuePlace place)
    {
        Begin(place);
        json.WriteStartArray("fields");
    }

    /// <inheritdoc/>
    public void EndRecord()
    {
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public void BeginArray(ValuePlace place, long count)
    {
        Begin(place);
        json.WriteNumber("arrayLength", count);
        json.WriteStartArray("elements");
    }

    /// <inheritdoc/>
    public void EndArray() => EndRecord();

    /// <inheritdoc/>
    public void Number(ValuePlace place, AbiType type, ulong bits, string? symbol)
    {
        Begin(place);
        switch (type.Kind)
        {
            case AbiTypeKind.Float:
                json.WriteString("value", ValueText.Float(type, bits));
                break;
            case AbiTypeKind.Signed:
                json.WriteNumber("value", unchecked((long)bits));
                break;
            default:
                json.WriteNumber("value", bits);
                break;
        }

        if (symbol is not null)
            json.WriteString("symbol", symbol);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public void Bytes(ValuePlace place, ReadOnlySpan<byte> bytes)
    {
        Begin(place);
        json.WriteString("value", Convert.ToHexStringLower(bytes));
        if (ValueText.Printable(bytes) is { } text)
            json.WriteString("text", text);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public void Zeros(ValuePlace first, long count) => throw new NotSupportedException("JSON has each element");

    /// <inheritdoc/>
    public void Missing(ValuePlace place) => Null(place);

    /// <inheritdoc/>
    public void Unknown(ValuePlace place, AbiType type) => Null(place);

    private void Begin(ValuePlace place)
    {
        json.WriteStartObject();
        json.WriteString("name", place.Name);
        json.WriteNumber("offsetBits", place.BitOffset);
        json.WriteNumber("sizeBits", place.BitSize);
    }

    private void Null(ValuePlace place)
    {
        Begin(place);
        json.WriteNull("value");
        json.WriteEndObject();
    }
}

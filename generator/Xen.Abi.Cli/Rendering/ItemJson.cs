using System;
using System.Globalization;
using System.Text.Json;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Rendering;

/// <summary>Writes declarations of any kind as JSON.</summary>
internal static class ItemJson
{
    /// <summary>Writes what a name means in a scope: the record itself rather than a typedef of it.</summary>
    public static void Write(Utf8JsonWriter json, Scope scope, AbiItem item)
    {
        if (item is AbiTypedef typedef && scope.Record(typedef.Type) is { } named)
            item = named;
        json.WriteStartObject();
        json.WriteString("name", item.Name);
        json.WriteString("kind", ItemKind.Of(item));
        json.WriteString("xen", scope.Release.Name);
        json.WriteString("arch", scope.Target);
        switch (item)
        {
            case AbiRecord record:
                WriteRecord(json, scope, record);
                break;
            case AbiEnum enumeration:
                json.WriteString("type", enumeration.Type.ToString());
                Number(json, "size", scope.SizeOf(enumeration.Type));
                json.WriteStartArray("members");
                foreach (AbiEnumMember member in enumeration.Members)
                {
                    json.WriteStartObject();
                    json.WriteString("name", member.Name);
                    Value(json, member.Value);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                break;
            case AbiTypedef other:
                json.WriteString("type", other.Type.ToString());
                Number(json, "size", scope.SizeOf(other.Type));
                break;
            case AbiConstant constant:
                json.WriteString("type", constant.Type.ToString());
                Value(json, constant.Value);
                break;
            case AbiString literal:
                json.WriteString("value", literal.Value);
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteRecord(Utf8JsonWriter json, Scope scope, AbiRecord record)
    {
        json.WriteNumber("size", record.Size);
        json.WriteNumber("align", record.Align);
        json.WriteStartArray("fields");
        foreach (AbiField field in record.Fields)
        {
            json.WriteStartObject();
            json.WriteString("name", field.Name);
            json.WriteString("type", field.Type.ToString());
            json.WriteNumber("offsetBits", field.BitOffset);
            Number(json, "sizeBits", field.IsBitField ? field.BitWidth : scope.SizeOf(field.Type) * 8);
            json.WriteBoolean("bitField", field.IsBitField);
            AbiType type = scope.Resolve(field.Type);
            Number(json, "arrayLength", type.Kind == AbiTypeKind.Array ? Math.Max(0, type.Count) : null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A decimal holds every 64-bit number exactly.</summary>
    private static void Value(Utf8JsonWriter json, string value) =>
        json.WriteNumber("value", decimal.Parse(value, CultureInfo.InvariantCulture));

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}

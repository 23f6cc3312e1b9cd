using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Xen.Store.Cli.Output;

/// <summary>
/// What all JSON of this tool has in common. A value that is printable text is a string, others <c>{"base64": …}</c>.
/// </summary>
internal static class StoreJson
{
    /// <summary>The property that has a value's bytes.</summary>
    public const string Base64 = "base64";

    /// <summary>Writes one indented document and ends the line.</summary>
    public static void WriteDocument(DataWriter output, Action<Utf8JsonWriter> write) =>
        Write(output, isIndented: true, write);

    /// <summary>Writes one document in a line of its own.</summary>
    public static void WriteLine(DataWriter output, Action<Utf8JsonWriter> write) =>
        Write(output, isIndented: false, write);

    /// <summary>Writes a node's value.</summary>
    public static void WriteValue(Utf8JsonWriter json, ReadOnlySpan<byte> value)
    {
        if (IsPrintable(value))
        {
            json.WriteStringValue(value);
            return;
        }

        json.WriteStartObject();
        json.WriteBase64String(Base64, value);
        json.WriteEndObject();
    }

    /// <summary>Writes an array of strings.</summary>
    public static void WriteStrings(Utf8JsonWriter json, IEnumerable<string> strings)
    {
        json.WriteStartArray();
        foreach (var text in strings)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    /// <summary>Writes permissions as <c>["n0", "r5"]</c>.</summary>
    public static void WritePermissions(Utf8JsonWriter json, IEnumerable<XenStorePermission> permissions)
    {
        json.WriteStartArray();
        foreach (var permission in permissions)
            json.WriteStringValue(permission.ToString());
        json.WriteEndArray();
    }

    /// <summary>Whether bytes are UTF-8 without control characters, but for tabs and line ends.</summary>
    public static bool IsPrintable(ReadOnlySpan<byte> value)
    {
        while (!value.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(value, out var rune, out var length) != System.Buffers.OperationStatus.Done)
                return false;
            if (Rune.IsControl(rune) && rune.Value is not ('\t' or '\n' or '\r'))
                return false;
            value = value[length..];
        }

        return true;
    }

    private static void Write(DataWriter output, bool isIndented, Action<Utf8JsonWriter> write)
    {
        var options = new JsonWriterOptions { Indented = isIndented, NewLine = "\n", Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };
        using (var json = new Utf8JsonWriter(output, options))
            write(json);
        output.Write("\n"u8);
    }
}

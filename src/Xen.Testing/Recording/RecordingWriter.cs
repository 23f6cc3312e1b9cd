using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Xen.Testing.Recording;

/// <summary>Calls as lines of a recording; README.md says what they have.</summary>
internal static class RecordingWriter
{
    internal const string FormatName = "xen-recording";
    internal const int FormatVersion = 1;

    // Nothing of a recording is put into a web page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The first line, with its line feed.</summary>
    internal static byte[] Header() => Line(writer =>
    {
        writer.WriteString("format", FormatName);
        writer.WriteNumber("version", FormatVersion);
    });

    /// <summary>A call's line, with its line feed.</summary>
    internal static byte[] Line(RecordedCall call) => Line(writer => Write(writer, call));

    private static byte[] Line(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Options))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return [.. bytes.WrittenSpan, (byte)'\n'];
    }

    private static void Write(Utf8JsonWriter writer, RecordedCall call)
    {
        writer.WriteNumber("n", call.Number);
        writer.WriteString("call", call.Kind);
        if (call.Kind is RecordedCall.HypercallKind or RecordedCall.DeviceModelKind)
            writer.WriteString("name", call.Name);
        if (call.Kind == RecordedCall.HypercallKind)
            writer.WriteNumber("hypercall", call.Hypercall);
        if (call.Kind == RecordedCall.DeviceModelKind)
            writer.WriteNumber("domain", call.Domain.Value);
        writer.WriteStartArray("args");
        foreach (var argument in call.Arguments)
            writer.WriteStringValue(argument);
        writer.WriteEndArray();
        if (call.Kind is RecordedCall.HypercallKind or RecordedCall.DeviceModelKind)
        {
            Write(writer, "in", call.Inputs);
            Write(writer, "out", call.Outputs);
        }
        else
        {
            writer.WriteStartArray("out");
            foreach (var value in call.Values)
                writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
            writer.WriteEndArray();
        }

        if (call.Error is not null)
            writer.WriteString("error", call.Error);
        writer.WriteNumber("result", call.Result.Value);
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<RecordedBuffer?> buffers)
    {
        writer.WriteStartArray(name);
        foreach (var buffer in buffers)
        {
            if (buffer is null)
            {
                writer.WriteNullValue();
                continue;
            }

            writer.WriteStartObject();
            writer.WriteNumber("size", buffer.Size);
            writer.WriteString("data", Convert.ToHexStringLower(buffer.Data));
            if (buffer.Pointers.Count > 0)
                Write(writer, buffer.Pointers);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<RecordedPointer> pointers)
    {
        writer.WriteStartArray("pointers");
        foreach (var pointer in pointers)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(pointer.Offset);
            writer.WriteNumberValue(pointer.Buffer);
            writer.WriteNumberValue(pointer.Target);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }
}

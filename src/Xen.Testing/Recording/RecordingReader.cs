using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using Xen.Sys;

namespace Xen.Testing.Recording;

/// <summary>Reads recordings, which may be damaged or made to do harm: all that a replay relies on is checked here.</summary>
internal static class RecordingReader
{
    private const int MaximumLine = 64 << 20;
    private const int MaximumBuffers = 1024;
    private const int PointerSize = sizeof(ulong);
    private const byte LineFeed = (byte)'\n';

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    /// <summary>Reads all calls. A last line without a line feed is left out.</summary>
    /// <exception cref="RecordingFormatException">It is no recording, or is damaged.</exception>
    internal static List<RecordedCall> Read(Stream stream)
    {
        var calls = new List<RecordedCall>();
        var number = 0L;
        foreach (var line in Lines(stream))
        {
            number++;
            try
            {
                using var document = JsonDocument.Parse(line, Options);
                if (number == 1)
                    CheckHeader(document.RootElement);
                else
                    calls.Add(Call(document.RootElement, number - 1));
            }
            catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException
                or KeyNotFoundException or OverflowException)
            {
                throw new RecordingFormatException(number, error.Message, error);
            }
        }

        return number > 0 ? calls : throw new RecordingFormatException(1, "there is no line that says what it is");
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(Stream stream)
    {
        var buffer = new byte[4096];
        var (start, end, number) = (0, 0, 1L);
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf(LineFeed);
            if (length >= 0)
            {
                yield return buffer.AsMemory(start, length);
                start += length + 1;
                number++;
                continue;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == buffer.Length)
            {
                if (end >= MaximumLine)
                    throw new RecordingFormatException(number, "the line is longer than any call");
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0)
                yield break;
            end += read;
        }
    }

    private static void CheckHeader(JsonElement header)
    {
        if (!header.TryGetProperty("format", out var format) || format.GetString() != RecordingWriter.FormatName)
            throw new FormatException("not a recording of hypercalls");
        var version = header.GetProperty("version").GetInt32();
        if (version != RecordingWriter.FormatVersion)
        {
            throw new FormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"version {version} of the format; this program reads version {RecordingWriter.FormatVersion}"));
        }
    }

    private static RecordedCall Call(JsonElement line, long number)
    {
        Check(line.GetProperty("n").GetInt64() == number, "the number of the call is not that of its place");
        var kind = Text(line.GetProperty("call"));
        var call = new RecordedCall
        {
            Number = number,
            Kind = kind,
            Arguments = [.. line.GetProperty("args").EnumerateArray().Select(Text)],
            Result = new HypercallResult(line.GetProperty("result").GetInt64()),
            Error = line.TryGetProperty("error", out var error) ? Text(error) : null,
        };
        if (kind is not (RecordedCall.HypercallKind or RecordedCall.DeviceModelKind))
            return call with { Values = [.. line.GetProperty("out").EnumerateArray().Select(Number)] };

        var inputs = line.GetProperty("in").EnumerateArray().Select(Buffer).ToList();
        var outputs = line.GetProperty("out").EnumerateArray()
            .Select(element => element.ValueKind == JsonValueKind.Null ? null : Buffer(element)).ToList();
        CheckBuffers(inputs, outputs);
        Check(
            kind == RecordedCall.HypercallKind || inputs.Concat(outputs).All(buffer => buffer is null or { Pointers.Count: 0 }),
            "the buffers of a dm_op have no pointers");
        return call with
        {
            Hypercall = kind == RecordedCall.HypercallKind ? line.GetProperty("hypercall").GetUInt32() : 0,
            Domain = kind == RecordedCall.DeviceModelKind ? new DomainId(line.GetProperty("domain").GetUInt16()) : default,
            Inputs = inputs,
            Outputs = outputs,
        };
    }

    private static RecordedBuffer Buffer(JsonElement element)
    {
        var size = element.GetProperty("size").GetInt32();
        Check(size is >= 0 and <= IHypercallTransport.MaximumBufferSize, "a buffer has no such size");
        var data = Convert.FromHexString(Text(element.GetProperty("data")));
        Check(data.Length <= size, "there is more data than the buffer has room for");
        var pointers = element.TryGetProperty("pointers", out var list)
            ? list.EnumerateArray().Select(Pointer).ToList()
            : [];
        return new RecordedBuffer(size, data.AsSpan().TrimEnd((byte)0).ToArray(), pointers);
    }

    private static RecordedPointer Pointer(JsonElement element)
    {
        Check(element.GetArrayLength() == 3, "a pointer has three numbers");
        return new RecordedPointer(element[0].GetInt32(), element[1].GetInt32(), element[2].GetInt32());
    }

    private static void CheckBuffers(List<RecordedBuffer> inputs, List<RecordedBuffer?> outputs)
    {
        Check(inputs.Count <= MaximumBuffers, "there are more buffers than any call has");
        Check(inputs.Count == outputs.Count, "there are not as many buffers after the call as before");
        for (var i = 0; i < inputs.Count; i++)
        {
            Check(outputs[i] is null || outputs[i]!.Size == inputs[i].Size, "a buffer changes its size");
            CheckPointers(inputs[i], inputs);
            if (outputs[i] is { } output)
                CheckPointers(output, inputs);
        }
    }

    private static void CheckPointers(RecordedBuffer buffer, List<RecordedBuffer> all)
    {
        foreach (var pointer in buffer.Pointers)
        {
            Check(
                pointer.Offset >= 0 && pointer.Offset <= buffer.Size - PointerSize
                    && pointer.Buffer >= 0 && pointer.Buffer < all.Count
                    && pointer.Target >= 0 && pointer.Target < all[pointer.Buffer].Size,
                "a pointer leads out of the buffers");
        }
    }

    private static string Text(JsonElement element) => element.GetString() ?? throw new FormatException("a text is missing");

    private static long Number(JsonElement element) =>
        long.Parse(Text(element), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static void Check(bool holds, string problem)
    {
        if (!holds)
            throw new FormatException(problem);
    }
}

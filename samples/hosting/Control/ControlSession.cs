using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace VirtioHosting.Control;

/// <summary>One connection of the tool: understands requests.</summary>
/// <param name="answers">A function for each command, for this connection alone.</param>
internal sealed class ControlSession(IReadOnlyDictionary<string, ControlAnswer> answers)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4 };

    /// <summary>Answers a request.</summary>
    /// <param name="line">Anything.</param>
    /// <returns>A line of JSON, with its end.</returns>
    internal ReadOnlyMemory<byte> Answer(ReadOnlySpan<byte> line)
    {
        try
        {
            using var request = JsonDocument.Parse(line.ToArray(), Strict);
            var root = request.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("command", out var command)
                || command.ValueKind != JsonValueKind.String)
                return Refusal("a request is an object with a command");
            var name = command.GetString() ?? "";
            return answers.TryGetValue(name, out var answer)
                ? Line(json => answer(root, json))
                : Refusal($"there is no command '{Shown(name)}'; there are {Names()}");
        }
        catch (ControlRefusedException error)
        {
            return Refusal(error.Message);
        }
        catch (JsonException)
        {
            return Refusal("this is not JSON");
        }
        catch (InvalidOperationException)
        {
            return Refusal("this is not UTF-8");
        }
    }

    /// <summary>An answer that says why there is none.</summary>
    internal static ReadOnlyMemory<byte> Refusal(string reason) => Line(json => json.WriteString("error", reason));

    private static string Shown(string text) => text is { Length: > 32 } ? text[..32] : text;

    private static ReadOnlyMemory<byte> Line(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    private string Names() => answers.Count == 0 ? "none" : string.Join(" and ", answers.Keys.Order());
}

using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text.Json;
using VirtioDisk.Daemon;
using VirtioDisk.Disks;
using Xen.Sys;
using Xen.Virtio.Devices.Block;

namespace VirtioDisk.Control;

/// <summary>One connection of the tool: understands requests, and remembers what was told before.</summary>
/// <param name="daemon">The daemon.</param>
internal sealed class ControlSession(DiskDaemon daemon)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4 };

    private Dictionary<ServedDisk, BlockMetricsSnapshot> _told = [];

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
            return command.GetString() switch
            {
                "stats" => Line(Stats),
                "resize" => Resize(root),
                var other => Refusal($"there is no command '{Shown(other)}'; there are stats and resize"),
            };
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

    private static string Shown(string? text) => text is { Length: > 32 } ? text[..32] : text ?? "";

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

    private ReadOnlyMemory<byte> Resize(JsonElement request)
    {
        if (!TryGetNumber(request, "domain", ushort.MaxValue, out var domain)
            || !TryGetNumber(request, "devid", uint.MaxValue, out var number))
            return Refusal("domain and devid are numbers");
        var sizes = daemon.Resize(domain is { } id ? new DomainId((ushort)id) : null, number);
        return Line(json =>
        {
            json.WriteStartArray("disks");
            foreach (var (disk, before, after) in sizes)
            {
                json.WriteStartObject();
                WriteName(json, disk.Description);
                json.WriteNumber("before", before);
                json.WriteNumber("after", after);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static bool TryGetNumber(JsonElement request, string name, uint most, out uint? number)
    {
        number = null;
        if (!request.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return true;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetUInt32(out var found) || found > most)
            return false;
        number = found;
        return true;
    }

    // What happened since this connection was told last, or since the disk is served.
    private void Stats(Utf8JsonWriter json)
    {
        var told = new Dictionary<ServedDisk, BlockMetricsSnapshot>();
        json.WriteStartArray("disks");
        foreach (var disk in daemon.Disks)
        {
            var now = disk.Device.Metrics.Snapshot();
            told.Add(disk, now);
            var since = _told.TryGetValue(disk, out var before) ? now.Since(before) : now;
            json.WriteStartObject();
            WriteName(json, disk.Description);
            json.WriteString("image", disk.Description.Image.Location);
            json.WriteNumber("sectors", disk.Device.CapacitySectors);
            json.WriteNumber("queues", disk.Description.Queues);
            json.WriteNumber("seconds", since.Elapsed.TotalSeconds);
            json.WriteNumber("busySeconds", since.Busy.TotalSeconds);
            json.WriteNumber("inFlight", since.InFlight);
            json.WriteNumber("oldestMicroseconds", Microseconds(since.OldestInFlight));
            json.WriteNumber("errors", since.Errors);
            json.WriteNumber("malformed", since.Malformed);
            Write(json, "read", since.Reads);
            Write(json, "write", since.Writes);
            Write(json, "flush", since.Flushes);
            Write(json, "discard", since.Discards);
            Write(json, "writeZeroes", since.WriteZeroes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        _told = told;
    }

    private static void WriteName(Utf8JsonWriter json, DiskDescription disk)
    {
        json.WriteNumber("domain", disk.Device.Frontend.Value);
        json.WriteNumber("devid", disk.Device.Id.Number);
    }

    private static void Write(Utf8JsonWriter json, string name, BlockOperationSnapshot operation)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", operation.Count);
        json.WriteNumber("bytes", operation.Bytes);
        json.WriteNumber("errors", operation.Errors);
        json.WriteNumber("p50Microseconds", Microseconds(operation.Latency.Percentile(0.5)));
        json.WriteNumber("p95Microseconds", Microseconds(operation.Latency.Percentile(0.95)));
        json.WriteNumber("p99Microseconds", Microseconds(operation.Latency.Percentile(0.99)));
        json.WriteEndObject();
    }

    private static double Microseconds(TimeSpan time) => Math.Round(time.TotalMicroseconds, 1);
}

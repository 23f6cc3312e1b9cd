using System;
using System.Collections.Generic;
using System.Text.Json;
using VirtioDisk.Disks;
using VirtioHosting.Control;
using VirtioHosting.Daemon;
using Xen.Sys;
using Xen.Virtio.Devices.Block;

namespace VirtioDisk.Control;

/// <summary>What the daemon answers about disks on one connection of the tool; remembers what was told before.</summary>
/// <param name="daemon">The daemon.</param>
internal sealed class DiskAnswers(DeviceDaemon daemon)
{
    private Dictionary<HostedDisk, BlockMetricsSnapshot> _told = [];

    /// <summary>A function for each command.</summary>
    internal IReadOnlyDictionary<string, ControlAnswer> All => new Dictionary<string, ControlAnswer>
    {
        ["stats"] = (_, json) => Stats(json),
        ["resize"] = Resize,
    };

    /// <summary>Takes over the present sizes of images.</summary>
    /// <param name="daemon">The daemon.</param>
    /// <param name="domain">The guest; null for all.</param>
    /// <param name="number">The disk; null for all.</param>
    /// <returns>The disks, with their sizes in sectors before and after.</returns>
    internal static IReadOnlyList<(HostedDisk Disk, ulong Before, ulong After)> Resize(
        DeviceDaemon daemon, DomainId? domain, uint? number)
    {
        var sizes = new List<(HostedDisk, ulong, ulong)>();
        foreach (var disk in Disks(daemon))
        {
            var id = disk.Description.Device.Id;
            if ((domain is { } guest && id.Frontend != guest) || (number is { } wanted && id.Number != wanted))
                continue;
            var (before, after) = disk.Resize();
            sizes.Add((disk, before, after));
        }

        return sizes;
    }

    private static IEnumerable<HostedDisk> Disks(DeviceDaemon daemon)
    {
        foreach (var device in daemon.Devices)
        {
            if (device.Host is HostedDisk disk)
                yield return disk;
        }
    }

    private void Resize(JsonElement request, Utf8JsonWriter json)
    {
        if (!TryGetNumber(request, "domain", ushort.MaxValue, out var domain)
            || !TryGetNumber(request, "devid", uint.MaxValue, out var number))
            throw new ControlRefusedException("domain and devid are numbers");
        var sizes = Resize(daemon, domain is { } id ? new DomainId((ushort)id) : null, number);
        json.WriteStartArray("disks");
        foreach (var (disk, before, after) in sizes)
        {
            json.WriteStartObject();
            WriteName(json, disk.Description);
            json.WriteString("format", ImageSpec.Name(disk.Description.Image.Format));
            json.WriteNumber("before", before);
            json.WriteNumber("after", after);
            json.WriteEndObject();
        }

        json.WriteEndArray();
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
        var told = new Dictionary<HostedDisk, BlockMetricsSnapshot>();
        json.WriteStartArray("disks");
        foreach (var disk in Disks(daemon))
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

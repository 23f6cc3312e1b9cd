using System.Collections.Generic;
using System.Diagnostics;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec.Block;

namespace Xen.Virtio.Devices.Block;

/// <summary>
/// Counts what a block device does: for this device as a <see cref="Snapshot"/>, for the process as instruments of
/// the meter <see cref="VirtioMeter.Name"/>. Thread-safe; counting allocates nothing.
/// </summary>
public sealed class BlockMetrics
{
    private static readonly KeyValuePair<string, object?> s_device = new("xen.virtio.device", "block");

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly BlockQueueMetrics[] _queues;

    internal BlockMetrics(int queueCount, int depth)
    {
        _queues = new BlockQueueMetrics[queueCount];
        for (var i = 0; i < queueCount; i++)
            _queues[i] = new BlockQueueMetrics(depth);
    }

    /// <summary>
    /// The counts now. Each is exact; together they may be of slightly different moments. Cheap enough for a table that
    /// is drawn anew every second: some 20 KiB are allocated.
    /// </summary>
    public BlockMetricsSnapshot Snapshot()
    {
        var now = Stopwatch.GetTimestamp();
        var operations = new BlockOperationSnapshot[BlockQueueMetrics.Operations];
        for (var i = 0; i < operations.Length; i++)
            operations[i] = SnapshotOf(i);

        long busy = 0, malformed = 0, unreadable = 0, oldest = now;
        var inFlight = 0;
        foreach (var queue in _queues)
        {
            busy += queue.BusyTicks;
            malformed += queue.Malformed;
            unreadable += queue.UnreadableHeaders;
            inFlight += queue.InFlight(now, ref oldest);
            if (queue.BusySince is not 0 and var since && since < now)
                busy += now - since;
        }

        return new BlockMetricsSnapshot(operations)
        {
            Elapsed = Stopwatch.GetElapsedTime(_start, now),
            Busy = Stopwatch.GetElapsedTime(0, busy),
            InFlight = inFlight,
            OldestInFlight = Stopwatch.GetElapsedTime(oldest, now),
            Malformed = malformed,
            UnreadableHeaders = unreadable,
        };
    }

    /// <summary>The counters of one queue, for its worker.</summary>
    internal BlockQueueMetrics Queue(int index) => _queues[index];

    internal static BlockOperation OperationOf(BlockRequestType type) => type switch
    {
        BlockRequestType.In => BlockOperation.Read,
        BlockRequestType.Out => BlockOperation.Write,
        BlockRequestType.Flush => BlockOperation.Flush,
        BlockRequestType.Discard => BlockOperation.Discard,
        BlockRequestType.WriteZeroes => BlockOperation.WriteZeroes,
        BlockRequestType.GetId => BlockOperation.GetId,
        _ => BlockOperation.Other,
    };

    /// <summary>Counts a request that was answered.</summary>
    internal static void Served(
        BlockQueueMetrics queue, int slot, BlockRequestType type, BlockRequestStatus status, long bytes)
    {
        var operation = OperationOf(type);
        var nanoseconds = queue.End(slot);
        queue.Served(
            operation, status == BlockRequestStatus.IoError, status == BlockRequestStatus.Ok ? bytes : 0, nanoseconds);

        var name = new KeyValuePair<string, object?>("operation", NameOf(operation));
        VirtioMeter.Requests.Add(1, s_device, name, new("status", NameOf(status)));
        if (VirtioMeter.RequestDuration.Enabled)
            VirtioMeter.RequestDuration.Record(nanoseconds / 1e9, s_device, name);
    }

    /// <summary>Counts a chain that was given back without an answer.</summary>
    internal static void Malformed(BlockQueueMetrics queue, ChainFault fault)
    {
        queue.AddMalformed();
        VirtioMeter.MalformedChains.Add(1, s_device, new("fault", NameOf(fault)));
    }

    private BlockOperationSnapshot SnapshotOf(int operation)
    {
        long errors = 0, bytes = 0, nanoseconds = 0;
        var counts = new long[LatencyHistogram.Buckets];
        foreach (var queue in _queues)
        {
            errors += queue.Errors(operation);
            bytes += queue.Bytes(operation);
            nanoseconds += queue.Latency(operation).AddTo(counts);
        }

        var latency = new LatencySnapshot(counts, nanoseconds);
        return new BlockOperationSnapshot(latency.Count, errors, bytes, latency);
    }

    // Enum.ToString allocates.
    private static string NameOf(BlockOperation operation) => operation switch
    {
        BlockOperation.Read => "in",
        BlockOperation.Write => "out",
        BlockOperation.Flush => "flush",
        BlockOperation.Discard => "discard",
        BlockOperation.WriteZeroes => "write_zeroes",
        BlockOperation.GetId => "get_id",
        _ => "other",
    };

    private static string NameOf(BlockRequestStatus status) => status switch
    {
        BlockRequestStatus.Ok => "ok",
        BlockRequestStatus.IoError => "ioerr",
        _ => "unsupp",
    };

    private static string NameOf(ChainFault fault) => fault switch
    {
        ChainFault.HeadOutOfRange => nameof(ChainFault.HeadOutOfRange),
        ChainFault.NextOutOfRange => nameof(ChainFault.NextOutOfRange),
        ChainFault.TooLong => nameof(ChainFault.TooLong),
        ChainFault.ReadableAfterWritable => nameof(ChainFault.ReadableAfterWritable),
        ChainFault.Indirect => nameof(ChainFault.Indirect),
        ChainFault.AddressOverflow => nameof(ChainFault.AddressOverflow),
        ChainFault.TooManyBytes => nameof(ChainFault.TooManyBytes),
        ChainFault.NestedIndirect => nameof(ChainFault.NestedIndirect),
        ChainFault.IndirectWithNext => nameof(ChainFault.IndirectWithNext),
        ChainFault.IndirectLength => nameof(ChainFault.IndirectLength),
        ChainFault.IndirectOutsideMemory => nameof(ChainFault.IndirectOutsideMemory),
        _ => "NoStatus",
    };
}

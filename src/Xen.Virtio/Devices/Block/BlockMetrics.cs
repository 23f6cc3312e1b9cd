using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec.Block;

namespace Xen.Virtio.Devices.Block;

/// <summary>
/// Counts what a block device does: for this device as a <see cref="Snapshot"/>, for the process as instruments of
/// the meter <see cref="VirtioMeter.Name"/>. Thread-safe; allocates nothing.
/// </summary>
public sealed class BlockMetrics
{
    private static readonly KeyValuePair<string, object?> s_device = new("xen.virtio.device", "block");

    private long _reads;
    private long _writes;
    private long _flushes;
    private long _getIds;
    private long _unsupported;
    private long _bytesRead;
    private long _bytesWritten;
    private long _errors;
    private long _malformed;

    internal BlockMetrics()
    {
    }

    /// <summary>The counts now. Each is exact; together they may be of slightly different moments.</summary>
    public BlockMetricsSnapshot Snapshot() => new(
        Volatile.Read(ref _reads), Volatile.Read(ref _writes), Volatile.Read(ref _flushes),
        Volatile.Read(ref _getIds), Volatile.Read(ref _unsupported), Volatile.Read(ref _bytesRead),
        Volatile.Read(ref _bytesWritten), Volatile.Read(ref _errors), Volatile.Read(ref _malformed));

    /// <summary>Time stamp for <see cref="Served"/>; 0 if nobody measures durations.</summary>
    internal static long Start() => VirtioMeter.RequestDuration.Enabled ? Stopwatch.GetTimestamp() : 0;

    internal void Served(BlockRequestType type, BlockRequestStatus status, uint dataLength, long start)
    {
        switch (type)
        {
            case BlockRequestType.In:
                Interlocked.Increment(ref _reads);
                if (status == BlockRequestStatus.Ok)
                    Interlocked.Add(ref _bytesRead, dataLength);
                break;
            case BlockRequestType.Out:
                Interlocked.Increment(ref _writes);
                if (status == BlockRequestStatus.Ok)
                    Interlocked.Add(ref _bytesWritten, dataLength);
                break;
            case BlockRequestType.Flush:
                Interlocked.Increment(ref _flushes);
                break;
            case BlockRequestType.GetId:
                Interlocked.Increment(ref _getIds);
                break;
            default:
                Interlocked.Increment(ref _unsupported);
                break;
        }

        if (status == BlockRequestStatus.IoError)
            Interlocked.Increment(ref _errors);

        var operation = new KeyValuePair<string, object?>("operation", NameOf(type));
        VirtioMeter.Requests.Add(1, s_device, operation, new("status", NameOf(status)));
        if (start != 0)
            VirtioMeter.RequestDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, s_device, operation);
    }

    /// <summary>A request whose header could not be read; it was answered with IOERR.</summary>
    internal void HeaderUnreadable() => Interlocked.Increment(ref _errors);

    internal void Malformed(ChainFault fault)
    {
        Interlocked.Increment(ref _malformed);
        VirtioMeter.MalformedChains.Add(1, s_device, new("fault", NameOf(fault)));
    }

    // Enum.ToString allocates.
    private static string NameOf(BlockRequestType type) => type switch
    {
        BlockRequestType.In => "in",
        BlockRequestType.Out => "out",
        BlockRequestType.Flush => "flush",
        BlockRequestType.GetId => "get_id",
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

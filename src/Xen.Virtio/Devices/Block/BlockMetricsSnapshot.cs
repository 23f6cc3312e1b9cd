using System;
using System.Globalization;

namespace Xen.Virtio.Devices.Block;

/// <summary>What a block device has done since it was made, or between two moments. Immutable.</summary>
public sealed class BlockMetricsSnapshot
{
    private readonly BlockOperationSnapshot[] _operations;

    internal BlockMetricsSnapshot(BlockOperationSnapshot[] operations) => _operations = operations;

    /// <summary>The time that it is about: since the device was made, or since the earlier moment.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>
    /// The time that queues were busy with a request or with several, all queues together. With one queue, the part of
    /// <see cref="Elapsed"/> is what <c>iostat</c> calls utilization.
    /// </summary>
    public required TimeSpan Busy { get; init; }

    /// <summary>
    /// Requests that are being served at this moment: at most <see cref="BlockDeviceOptions.Depth"/> for each queue.
    /// </summary>
    public required int InFlight { get; init; }

    /// <summary>For how long the oldest of them is being served; zero if there is none.</summary>
    public required TimeSpan OldestInFlight { get; init; }

    /// <summary>Chains that were given back without an answer, since there was no room for one.</summary>
    public required long Malformed { get; init; }

    /// <summary>Requests whose header could not be read; each was answered with IOERR.</summary>
    public required long UnreadableHeaders { get; init; }

    /// <summary>What became of the requests of one kind.</summary>
    /// <param name="operation">Which kind.</param>
    public BlockOperationSnapshot this[BlockOperation operation] => _operations[(int)operation];

    /// <summary>IN requests.</summary>
    public BlockOperationSnapshot Reads => this[BlockOperation.Read];

    /// <summary>OUT requests.</summary>
    public BlockOperationSnapshot Writes => this[BlockOperation.Write];

    /// <summary>FLUSH requests.</summary>
    public BlockOperationSnapshot Flushes => this[BlockOperation.Flush];

    /// <summary>DISCARD requests.</summary>
    public BlockOperationSnapshot Discards => this[BlockOperation.Discard];

    /// <summary>WRITE_ZEROES requests.</summary>
    public BlockOperationSnapshot WriteZeroes => this[BlockOperation.WriteZeroes];

    /// <summary>All requests that were understood as one, whatever became of them.</summary>
    public long Requests
    {
        get
        {
            long sum = 0;
            foreach (var operation in _operations)
                sum += operation.Count;
            return sum;
        }
    }

    /// <summary>Requests that were answered with IOERR.</summary>
    public long Errors
    {
        get
        {
            var sum = UnreadableHeaders;
            foreach (var operation in _operations)
                sum += operation.Errors;
            return sum;
        }
    }

    /// <summary>What happened between an earlier moment and this one.</summary>
    /// <param name="earlier">A snapshot of the same device.</param>
    public BlockMetricsSnapshot Since(BlockMetricsSnapshot earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        var operations = new BlockOperationSnapshot[_operations.Length];
        for (var i = 0; i < operations.Length; i++)
            operations[i] = _operations[i].Since(earlier._operations[i]);
        return new BlockMetricsSnapshot(operations)
        {
            Elapsed = Elapsed - earlier.Elapsed,
            Busy = Busy - earlier.Busy,
            InFlight = InFlight,
            OldestInFlight = OldestInFlight,
            Malformed = Malformed - earlier.Malformed,
            UnreadableHeaders = UnreadableHeaders - earlier.UnreadableHeaders,
        };
    }

    /// <summary>One line for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Requests} requests ({Reads.Count} reads, {Writes.Count} writes, {Flushes.Count} flushes), {Reads.Bytes} bytes read, {Writes.Bytes} bytes written, {Errors} errors, {Malformed} malformed");
}

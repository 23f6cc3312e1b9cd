using Xen.Virtio.Diagnostics;

namespace Xen.Virtio.Devices.Block;

/// <summary>What became of the requests of one kind.</summary>
/// <param name="Count">How many were answered, whatever the answer.</param>
/// <param name="Errors">Of these, how many with IOERR.</param>
/// <param name="Bytes">Bytes read, written, discarded or made zero by those that succeeded.</param>
/// <param name="Latency">From taking a request out of the queue to having its answer ready.</param>
public readonly record struct BlockOperationSnapshot(long Count, long Errors, long Bytes, LatencySnapshot Latency)
{
    internal BlockOperationSnapshot Since(BlockOperationSnapshot earlier) => new(
        Count - earlier.Count, Errors - earlier.Errors, Bytes - earlier.Bytes, Latency.Since(earlier.Latency));
}

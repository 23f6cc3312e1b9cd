using System.Globalization;

namespace Xen.Virtio.Devices.Block;

/// <summary>What a block device has done since it was made.</summary>
/// <param name="Reads">IN requests, failed ones included.</param>
/// <param name="Writes">OUT requests, failed ones included.</param>
/// <param name="Flushes">FLUSH requests, failed ones included.</param>
/// <param name="GetIds">GET_ID requests.</param>
/// <param name="Unsupported">Requests of a type that the device does not know.</param>
/// <param name="BytesRead">Bytes of successful IN requests.</param>
/// <param name="BytesWritten">Bytes of successful OUT requests.</param>
/// <param name="Errors">Requests that were answered with IOERR.</param>
/// <param name="Malformed">Chains that were given back without an answer.</param>
public readonly record struct BlockMetricsSnapshot(
    long Reads, long Writes, long Flushes, long GetIds, long Unsupported, long BytesRead, long BytesWritten,
    long Errors, long Malformed)
{
    /// <summary>All requests that were understood as one, whatever became of them.</summary>
    public long Requests => Reads + Writes + Flushes + GetIds + Unsupported;

    /// <summary>One line for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Requests} requests ({Reads} reads, {Writes} writes, {Flushes} flushes), {BytesRead} bytes read, {BytesWritten} bytes written, {Errors} errors, {Malformed} malformed");
}

using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Xen.Virtio.Storage;

namespace VirtioDisk.Simulation;

/// <summary>Shows each request that reaches an image, as it is served.</summary>
/// <param name="image">The image, which is owned.</param>
/// <param name="output">Takes a line for each request.</param>
internal sealed class ShowingBackend(IBlockBackend image, TextWriter output) : IBlockBackend, IDisposable
{
    private const int Sector = 512;

    private readonly Lock _gate = new();

    public long Length => image.Length;

    public int BlockSize => image.BlockSize;

    public BlockTopology Topology => image.Topology;

    public bool IsReadOnly => image.IsReadOnly;

    public bool CanDiscard => image.CanDiscard;

    public BlockResult Read(long offset, Span<byte> destination)
    {
        var start = Stopwatch.GetTimestamp();
        return Show("read", offset, destination.Length, start, image.Read(offset, destination));
    }

    public BlockResult Write(long offset, ReadOnlySpan<byte> source)
    {
        var start = Stopwatch.GetTimestamp();
        return Show("write", offset, source.Length, start, image.Write(offset, source));
    }

    public BlockResult Flush()
    {
        var start = Stopwatch.GetTimestamp();
        return Show("flush", 0, 0, start, image.Flush());
    }

    public BlockResult Discard(long offset, long length)
    {
        var start = Stopwatch.GetTimestamp();
        return Show("discard", offset, length, start, image.Discard(offset, length));
    }

    public BlockResult WriteZeroes(long offset, long length, bool mayUnmap)
    {
        var start = Stopwatch.GetTimestamp();
        return Show("zeroes", offset, length, start, image.WriteZeroes(offset, length, mayUnmap));
    }

    public void Dispose() => (image as IDisposable)?.Dispose();

    private BlockResult Show(string operation, long offset, long length, long start, BlockResult result)
    {
        var time = Stopwatch.GetElapsedTime(start);
        var range = length == 0 ? "" : $"sector {offset / Sector}, {length / Sector} of them";
        lock (_gate)
            output.WriteLine($"  {operation,-8}{range,-34}{result,-12}{time.TotalMicroseconds,8:0} us");
        return result;
    }
}

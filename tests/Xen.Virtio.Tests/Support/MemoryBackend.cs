using System;
using System.Threading;
using Xen.Virtio.Storage;

namespace Xen.Virtio.Tests.Support;

/// <summary>A disk in memory that can hang, fail, throw and count.</summary>
internal sealed class MemoryBackend(int sectors) : IBlockBackend
{
    public byte[] Bytes { get; private set; } = new byte[sectors * 512];

    /// <summary>Called in the middle of each read, before the data moves.</summary>
    public Action? DuringRead { get; set; }

    public BlockResult Outcome { get; set; } = BlockResult.Success;

    public int Flushes { get; private set; }

    public int LargestPiece { get; private set; }

    public long Length => Bytes.Length;

    public int BlockSize => 512;

    public bool IsReadOnly { get; init; }

    public void Resize(int newSectors) => Bytes = new byte[newSectors * 512];

    public BlockResult Read(long offset, Span<byte> destination)
    {
        LargestPiece = Math.Max(LargestPiece, destination.Length);
        DuringRead?.Invoke();
        if (Outcome == BlockResult.Success)
            Bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
        return Outcome;
    }

    public BlockResult Write(long offset, ReadOnlySpan<byte> source)
    {
        if (Outcome == BlockResult.Success)
            source.CopyTo(Bytes.AsSpan((int)offset));
        return Outcome;
    }

    public BlockResult Flush()
    {
        Flushes++;
        return Outcome;
    }

    public bool CanDiscard => true;

    public BlockResult Discard(long offset, long length) => WriteZeroes(offset, length, mayUnmap: true);

    public BlockResult WriteZeroes(long offset, long length, bool mayUnmap)
    {
        if (Outcome == BlockResult.Success)
            Bytes.AsSpan((int)offset, (int)length).Clear();
        return Outcome;
    }

    /// <summary>Makes the next reads hang until the gate is opened.</summary>
    public (ManualResetEventSlim Entered, ManualResetEventSlim Gate) HangReads()
    {
        var entered = new ManualResetEventSlim();
        var gate = new ManualResetEventSlim();
        DuringRead = () =>
        {
            entered.Set();
            gate.Wait();
        };
        return (entered, gate);
    }
}

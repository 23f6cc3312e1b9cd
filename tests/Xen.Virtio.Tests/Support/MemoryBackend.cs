using System;
using System.Collections.Concurrent;
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

    /// <summary>Of flushes, if it is not that of everything.</summary>
    public BlockResult? FlushOutcome { get; set; }

    public int Flushes { get; private set; }

    /// <summary>What was discarded and made zero, in order.</summary>
    public ConcurrentQueue<(string What, long Offset, long Length)> Ranges { get; } = new();

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
        return FlushOutcome ?? Outcome;
    }

    public bool CanDiscard { get; init; } = true;

    public BlockResult RangeOutcome { get; set; } = BlockResult.Success;

    public BlockResult Discard(long offset, long length) => OnRange("discard", offset, length);

    public BlockResult WriteZeroes(long offset, long length, bool mayUnmap) =>
        OnRange(mayUnmap ? "unmap" : "zero", offset, length);

    private BlockResult OnRange(string what, long offset, long length)
    {
        Ranges.Enqueue((what, offset, length));
        if (RangeOutcome == BlockResult.Success)
            Bytes.AsSpan((int)offset, (int)length).Clear();
        return RangeOutcome;
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

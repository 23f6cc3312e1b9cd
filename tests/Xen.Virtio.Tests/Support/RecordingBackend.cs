using System;
using System.Threading;
using Xen.Virtio.Storage;

namespace Xen.Virtio.Tests.Support;

/// <summary>Something that changed a disk.</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Data">What is there afterwards; null if this is a flush.</param>
internal sealed record RecordedChange(long Offset, byte[]? Data)
{
    public bool IsFlush => Data is null;
}

/// <summary>A disk in memory that keeps every change in the order in which it was made.</summary>
internal sealed class RecordingBackend(int sectors, Action<RecordedChange> changed) : IBlockBackend
{
    // What reads as after a discard; no test writes it.
    public const byte Discarded = 0xdd;

    private readonly byte[] _bytes = new byte[sectors * 512];
    private readonly Lock _gate = new();

    /// <summary>Says that a flush was made, and makes none: what a broken disk does.</summary>
    public bool IgnoresFlushes { get; init; }

    public long Length => _bytes.Length;

    public int BlockSize => 512;

    public bool IsReadOnly => false;

    public bool CanDiscard => true;

    public BlockResult Read(long offset, Span<byte> destination)
    {
        lock (_gate)
            _bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
        return BlockResult.Success;
    }

    public BlockResult Write(long offset, ReadOnlySpan<byte> source)
    {
        lock (_gate)
        {
            source.CopyTo(_bytes.AsSpan((int)offset));
            changed(new RecordedChange(offset, source.ToArray()));
        }

        return BlockResult.Success;
    }

    public BlockResult Flush()
    {
        lock (_gate)
        {
            if (!IgnoresFlushes)
                changed(new RecordedChange(0, null));
        }

        return BlockResult.Success;
    }

    public BlockResult Discard(long offset, long length)
    {
        var data = new byte[length];
        data.AsSpan().Fill(Discarded);
        return Write(offset, data);
    }

    public BlockResult WriteZeroes(long offset, long length, bool mayUnmap) => Write(offset, new byte[length]);
}

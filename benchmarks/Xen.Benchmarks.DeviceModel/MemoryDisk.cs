using System;
using Xen.Virtio.Storage;

namespace Xen.Benchmarks.DeviceModel;

/// <summary>A disk that is an array.</summary>
internal sealed class MemoryDisk(int length) : IBlockBackend
{
    private readonly byte[] _bytes = new byte[length];

    public long Length => _bytes.Length;

    public int BlockSize => 512;

    public bool IsReadOnly => false;

    public bool CanDiscard => false;

    public BlockResult Read(long offset, Span<byte> destination)
    {
        _bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
        return BlockResult.Success;
    }

    public BlockResult Write(long offset, ReadOnlySpan<byte> source)
    {
        source.CopyTo(_bytes.AsSpan((int)offset));
        return BlockResult.Success;
    }

    public BlockResult Flush() => BlockResult.Success;

    public BlockResult Discard(long offset, long length) => BlockResult.Unsupported;

    public BlockResult WriteZeroes(long offset, long length, bool mayUnmap) => BlockResult.Unsupported;
}

using System;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>An image that another one is based on: read, and nothing else.</summary>
internal sealed class Qcow2BackingFile(Qcow2Image image) : IBlockBackend, IDisposable
{
    public long Length => image.Length;

    public int BlockSize => 512;

    public bool IsReadOnly => true;

    public bool CanDiscard => false;

    // The error goes on to the image in front, which makes a value of it.
    public BlockResult Read(long offset, Span<byte> destination)
    {
        image.Read(offset, destination);
        return BlockResult.Success;
    }

    public BlockResult Write(long offset, ReadOnlySpan<byte> source) => BlockResult.ReadOnly;

    public BlockResult Flush() => BlockResult.Success;

    public BlockResult Discard(long offset, long length) => BlockResult.ReadOnly;

    public BlockResult WriteZeroes(long offset, long length, bool mayUnmap) => BlockResult.ReadOnly;

    public void Dispose() => image.Dispose();
}

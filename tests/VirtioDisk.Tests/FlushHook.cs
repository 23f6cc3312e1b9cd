using System;
using Xen.Virtio.Storage;

namespace VirtioDisk.Tests;

/// <summary>An image that asks a test before it is flushed.</summary>
/// <param name="image">The image, which is owned.</param>
/// <param name="flush">What a flush answers, or throws.</param>
internal sealed class FlushHook(IBlockBackend image, Func<BlockResult> flush) : IBlockBackend, IDisposable
{
    public long Length => image.Length;

    public int BlockSize => image.BlockSize;

    public bool IsReadOnly => image.IsReadOnly;

    public bool CanDiscard => image.CanDiscard;

    public BlockResult Read(long offset, Span<byte> destination) => image.Read(offset, destination);

    public BlockResult Write(long offset, ReadOnlySpan<byte> source) => image.Write(offset, source);

    public BlockResult Flush() => flush();

    public BlockResult Discard(long offset, long length) => image.Discard(offset, length);

    public BlockResult WriteZeroes(long offset, long length, bool mayUnmap) => image.WriteZeroes(offset, length, mayUnmap);

    public void Dispose() => (image as IDisposable)?.Dispose();
}

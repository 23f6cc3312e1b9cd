using System;

namespace Xen.Virtio.Storage;

/// <summary>Bytes that outlive the guest: a file, a disk, a storage server. Knows nothing of virtio.</summary>
/// <remarks>
/// Thread-safe: several queues may work on one back end at once. No operation throws for an I/O error.
/// </remarks>
public interface IBlockBackend
{
    /// <summary>Length in bytes as it is now. Need not be a multiple of anything.</summary>
    long Length { get; }

    /// <summary>The unit in bytes that is best read and written: 512 or a larger power of two.</summary>
    int BlockSize { get; }

    /// <summary>How it is best used. If the back end does not say, <see cref="BlockSize"/> is all there is to it.</summary>
    BlockTopology Topology => new(BlockSize, BlockSize, 0, BlockSize);

    /// <summary>Whether every write fails.</summary>
    bool IsReadOnly { get; }

    /// <summary>Reads.</summary>
    /// <param name="offset">First byte, 0 or more.</param>
    /// <param name="destination">Filled completely on success; undefined on failure. May be guest memory.</param>
    BlockResult Read(long offset, Span<byte> destination);

    /// <summary>Writes. What is written is durable after the next <see cref="Flush"/>.</summary>
    /// <param name="offset">First byte, 0 or more; the back end does not grow.</param>
    /// <param name="source">What to write. May be guest memory, which may change meanwhile.</param>
    BlockResult Write(long offset, ReadOnlySpan<byte> source);

    /// <summary>Makes every write that has ended before durable: it survives a loss of power.</summary>
    /// <remarks>
    /// Success means every write since the back end was opened: once a write may be lost, no flush succeeds.
    /// </remarks>
    BlockResult Flush();

    /// <summary>Whether <see cref="Discard"/> frees space. If not, it is refused as unsupported.</summary>
    bool CanDiscard { get; }

    /// <summary>Says that nobody needs these bytes any more. What they read as afterwards is not defined.</summary>
    /// <param name="offset">First byte, 0 or more.</param>
    /// <param name="length">How many bytes, 0 or more.</param>
    BlockResult Discard(long offset, long length);

    /// <summary>Makes bytes zero, faster than by writing them where that is possible. Durable after the next flush.</summary>
    /// <param name="offset">First byte, 0 or more.</param>
    /// <param name="length">How many bytes, 0 or more.</param>
    /// <param name="mayUnmap">Whether the space may be freed.</param>
    BlockResult WriteZeroes(long offset, long length, bool mayUnmap);
}

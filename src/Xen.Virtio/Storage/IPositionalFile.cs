using System;

namespace Xen.Virtio.Storage;

/// <summary>An open file without a file position. Thread-safe.</summary>
/// <remarks>Whatever an operation throws, the host could not do it.</remarks>
internal interface IPositionalFile : IDisposable
{
    /// <summary>Length in bytes as it is now.</summary>
    long Length { get; }

    /// <summary>What the host says about a block device; null for a file.</summary>
    BlockDeviceGeometry? Device { get; }

    /// <summary>Whether <see cref="TryDiscard"/> may do something.</summary>
    bool CanDiscard { get; }

    /// <summary>Reads once.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="destination">Not empty.</param>
    /// <returns>How many bytes; 0 at the end of the file.</returns>
    int Read(long offset, Span<byte> destination);

    /// <summary>Writes everything.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="source">What to write.</param>
    void Write(long offset, ReadOnlySpan<byte> source);

    /// <summary>Gives the space of a range back. What it reads as then is not defined.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">How many bytes, 1 or more.</param>
    /// <returns>False if it cannot be done here at all; nothing has changed then.</returns>
    bool TryDiscard(long offset, long length);

    /// <summary>Makes a range zero without moving the zeros there.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">How many bytes, 1 or more.</param>
    /// <param name="mayUnmap">Whether its space may be given back.</param>
    /// <returns>False if it cannot be done here so: they have to be written.</returns>
    bool TryZero(long offset, long length, bool mayUnmap);

    /// <summary>Makes what has been written durable.</summary>
    void Flush();
}

using System;

namespace Xen.Virtio.Storage;

/// <summary>An open file without a file position. Thread-safe.</summary>
/// <remarks>Whatever an operation throws, the host could not do it.</remarks>
internal interface IPositionalFile : IDisposable
{
    /// <summary>Length in bytes as it is now; 0 for a block device.</summary>
    long Length { get; }

    /// <summary>Reads once.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="destination">Not empty.</param>
    /// <returns>How many bytes; 0 at the end of the file.</returns>
    int Read(long offset, Span<byte> destination);

    /// <summary>Writes everything.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="source">What to write.</param>
    void Write(long offset, ReadOnlySpan<byte> source);

    /// <summary>Makes what has been written durable.</summary>
    void Flush();
}

using System;

namespace Xen.Machine;

/// <summary>A device that cannot always answer at once: it may say so, and complete the access later.</summary>
/// <remarks>
/// The vCPU waits until then; the other vCPUs and devices do not. These methods are called for single accesses; those of
/// <see cref="IMmioDevice"/> are for the elements of string instructions, and cannot defer.
/// </remarks>
public interface IDeferringDevice : IMmioDevice
{
    /// <summary>The guest reads.</summary>
    /// <param name="offset">Offset in bytes from the start of the window.</param>
    /// <param name="data">Filled in little-endian order, unless the answer is <see cref="IoResult.Deferred"/>.</param>
    /// <param name="completion">Completes the access later, from any thread: exactly once.</param>
    IoResult Read(ulong offset, Span<byte> data, IoCompletion completion);

    /// <summary>The guest writes.</summary>
    /// <param name="offset">Offset in bytes from the start of the window.</param>
    /// <param name="data">Little-endian; to be copied by a device that defers.</param>
    /// <param name="completion">Completes the access later, from any thread: exactly once.</param>
    IoResult Write(ulong offset, ReadOnlySpan<byte> data, IoCompletion completion);
}

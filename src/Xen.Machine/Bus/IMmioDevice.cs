using System;

namespace Xen.Machine;

/// <summary>A device that answers accesses in one range of guest physical addresses.</summary>
/// <remarks>
/// Called on the thread that serves the guest's vCPUs, which wait for the answer: never block, never throw.
/// Long work belongs on a worker that a doorbell wakes.
/// </remarks>
public interface IMmioDevice
{
    /// <summary>Size of the register window in bytes.</summary>
    ulong Length { get; }

    /// <summary>The guest reads.</summary>
    /// <param name="offset">Offset in bytes from the start of the window.</param>
    /// <param name="data">Filled in little-endian order; 1, 2, 4 or 8 bytes long and wholly inside the window.</param>
    /// <returns>On anything but <see cref="IoResult.Ok"/> the guest sees all ones.</returns>
    IoResult Read(ulong offset, Span<byte> data);

    /// <summary>The guest writes.</summary>
    /// <param name="offset">Offset in bytes from the start of the window.</param>
    /// <param name="data">Little-endian; 1, 2, 4 or 8 bytes long and wholly inside the window.</param>
    /// <returns>On anything but <see cref="IoResult.Ok"/> the write is dropped.</returns>
    IoResult Write(ulong offset, ReadOnlySpan<byte> data);
}

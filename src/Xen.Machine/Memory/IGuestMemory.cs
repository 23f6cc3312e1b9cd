using System;

namespace Xen.Machine;

/// <summary>The memory of one guest, as its devices reach it: by guest physical address.</summary>
/// <remarks>
/// Everything in it is under the guest's control and may change between two reads: copy, then validate the copy.
/// What is contiguous for the guest is contiguous in a span: within one block of 1 MiB, aligned to its size, at the
/// least, and over the whole of a virtqueue's ring.
/// Implementations: foreign mappings of a Xen domain (<c>Xen.DeviceModel</c>), plain memory for tests
/// (<c>Xen.Testing</c>).
/// </remarks>
public interface IGuestMemory
{
    /// <summary>Pins the memory map as it is now, for as long as the view lives.</summary>
    /// <returns>
    /// A view whose spans stay valid until it is disposed, even if the map is replaced or dropped meanwhile.
    /// Never fails and never blocks: when the guest is gone, every access through the view fails instead.
    /// </returns>
    GuestMemoryView Enter();

    /// <summary>Says that a range is reached again and again, as a queue's ring is.</summary>
    /// <param name="address">Guest physical address, in bytes. Any value: it comes from the guest.</param>
    /// <param name="length">Length in bytes.</param>
    /// <param name="access">What the device does with it.</param>
    /// <returns>
    /// Ends it when disposed of: no span of the range may be in use then. Null where nothing is gained by it. A range that
    /// cannot be reached is no error here.
    /// </returns>
    IDisposable? Hold(ulong address, int length, GuestAccess access) => null;
}

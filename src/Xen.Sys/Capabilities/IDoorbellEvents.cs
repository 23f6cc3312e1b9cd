using System;

namespace Xen.Sys;

/// <summary>
/// Writes of a guest that only ring, which somebody else than its device model answers: the kernel. Thread-safe.
/// </summary>
public interface IDoorbellEvents : IDisposable
{
    /// <summary>From now on a write rings, and the device model does not see it.</summary>
    /// <param name="address">Guest physical address that is written to.</param>
    /// <param name="size">Bytes that are written: 1, 2, 4 or 8.</param>
    /// <param name="value">What is written.</param>
    /// <param name="ring">Called, on a thread of this object's; several writes may be one call. Must not throw.</param>
    /// <returns>False if that cannot be: the device model goes on seeing these writes.</returns>
    bool TryAdd(ulong address, int size, ulong value, Action ring);

    /// <summary>Ends it for all values of an address. A ring that came before is not lost; it may come late.</summary>
    /// <param name="address">The address; nothing happens if none was added.</param>
    void Remove(ulong address);
}

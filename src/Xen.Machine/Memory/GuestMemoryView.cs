using System;

namespace Xen.Machine;

/// <summary>A pinned look at guest memory. Spans taken from it must not be used after <see cref="Dispose"/>.</summary>
/// <remarks>A ref struct, so that neither it nor its spans can be stored beyond the stack frame that entered.</remarks>
public readonly ref struct GuestMemoryView : IDisposable
{
    private readonly GuestMemoryMap _map;

    /// <summary>Wraps a map that the caller has already pinned with <see cref="GuestMemoryMap.TryPin"/>.</summary>
    /// <param name="pinnedMap">The map; unpinned once, by <see cref="Dispose"/>.</param>
    public GuestMemoryView(GuestMemoryMap pinnedMap) => _map = pinnedMap;

    /// <summary>Reaches a range of guest memory in place.</summary>
    /// <param name="address">Guest physical address, in bytes.</param>
    /// <param name="length">Length in bytes, 0 or more.</param>
    /// <param name="access">What the device will do with it.</param>
    /// <param name="span">The memory itself, shared with the guest; empty on failure.</param>
    /// <returns>False if any byte of the range is not memory that the device may use so.</returns>
    public bool TryGetSpan(ulong address, int length, GuestAccess access, out Span<byte> span)
    {
        span = default;
        return length >= 0 && _map is not null && _map.TryGetSpan(address, length, access, out span);
    }

    /// <summary>Copies out of guest memory.</summary>
    /// <param name="address">Guest physical address, in bytes.</param>
    /// <param name="destination">Filled completely on success.</param>
    /// <returns>False if any byte of the range cannot be read; the destination is then untouched.</returns>
    public bool TryRead(ulong address, Span<byte> destination)
    {
        if (!TryGetSpan(address, destination.Length, GuestAccess.Read, out var source))
            return false;
        source.CopyTo(destination);
        return true;
    }

    /// <summary>Copies into guest memory.</summary>
    /// <param name="address">Guest physical address, in bytes.</param>
    /// <param name="source">Written completely on success.</param>
    /// <returns>False if any byte of the range cannot be written; guest memory is then untouched.</returns>
    public bool TryWrite(ulong address, ReadOnlySpan<byte> source)
    {
        if (!TryGetSpan(address, source.Length, GuestAccess.Write, out var destination))
            return false;
        source.CopyTo(destination);
        return true;
    }

    /// <summary>
    /// Says that the guest is about to get its buffers back: what was mapped for them alone is unmapped before this returns.
    /// </summary>
    /// <remarks>
    /// A guest that grants its buffers page by page takes a grant back as soon as it has the buffer, and gives the device up if
    /// it cannot.
    /// </remarks>
    /// <returns>
    /// True if the view's spans are invalid from here on: what is still needed is to be reached for again. Always false of
    /// memory that is mapped as a whole.
    /// </returns>
    public bool EndBuffers() => _map is not null && _map.EndBuffers();

    /// <summary>Ends the view. Its spans are invalid from here on.</summary>
    public void Dispose() => _map?.Unpin();
}

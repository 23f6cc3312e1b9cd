using System;

namespace Xen.Domain;

/// <summary>Bytes in a ring whose indexes run freely: an index modulo the size, a power of two, is a place.</summary>
/// <remarks>
/// Nobody trusts the peer: an index that it wrote is read once, and believed if it leaves no more in the ring than fits.
/// The own indexes are kept in private memory, since the peer can write to the shared ones.
/// </remarks>
// SAFETY: callers pass a ring of that size, and no more bytes than it.
internal static unsafe class RingBytes
{
    /// <summary>How many bytes lie between two indexes.</summary>
    /// <param name="produced">Where the producer is.</param>
    /// <param name="consumed">Where the consumer is.</param>
    /// <param name="size">Bytes of the ring.</param>
    /// <param name="used">The bytes.</param>
    /// <returns>False if that is more than there can be: the peer's index is wrong.</returns>
    internal static bool TryMeasure(uint produced, uint consumed, int size, out int used)
    {
        var difference = produced - consumed;
        used = difference <= (uint)size ? (int)difference : 0;
        return difference <= (uint)size;
    }

    internal static void Put(byte* ring, int size, uint index, ReadOnlySpan<byte> source)
    {
        var place = (int)(index & (uint)(size - 1));
        var first = Math.Min(source.Length, size - place);
        source[..first].CopyTo(new Span<byte>(ring + place, first));
        source[first..].CopyTo(new Span<byte>(ring, size));
    }

    internal static void Take(byte* ring, int size, uint index, Span<byte> destination)
    {
        var place = (int)(index & (uint)(size - 1));
        var first = Math.Min(destination.Length, size - place);
        new ReadOnlySpan<byte>(ring + place, first).CopyTo(destination);
        new ReadOnlySpan<byte>(ring, destination.Length - first).CopyTo(destination[first..]);
    }
}

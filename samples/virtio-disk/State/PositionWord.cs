using Xen.Virtio.Queues;

namespace VirtioDisk.State;

/// <summary>
/// A queue's position as one word of 64 bits, which a processor stores whole: there is no half-written one.
/// </summary>
/// <remarks>
/// Bits 0 to 15: the next available entry; 16 to 31: the next used one; 32 and 33: the wrap counters; 34: always set;
/// 40 to 63: a check of the bits below, so that a file of other origin is not taken for a position.
/// </remarks>
internal static class PositionWord
{
    private const ulong AvailableWrap = 1UL << 32;
    private const ulong UsedWrap = 1UL << 33;
    private const ulong IsSet = 1UL << 34;
    private const int CheckShift = 40;
    private const ulong Payload = (1UL << CheckShift) - 1;
    private const ulong Multiplier = 0x9e3779b97f4a7c15;

    // Begun is dropped: it is 0, since a disk's requests may be done again, and the device marks none of them as begun.
    internal static ulong Format(in QueuePosition position)
    {
        var word = position.NextAvailable | ((ulong)position.NextUsed << 16) | IsSet
            | (position.AvailableWrap ? AvailableWrap : 0) | (position.UsedWrap ? UsedWrap : 0);
        return word | (Check(word) << CheckShift);
    }

    internal static bool TryParse(ulong word, out QueuePosition position)
    {
        var payload = word & Payload;
        position = new QueuePosition(
            (ushort)payload, (payload & AvailableWrap) != 0, (ushort)(payload >> 16), (payload & UsedWrap) != 0);
        return (payload & IsSet) != 0 && word >> CheckShift == Check(payload);
    }

    private static ulong Check(ulong payload) => unchecked(payload * Multiplier) >> CheckShift;
}

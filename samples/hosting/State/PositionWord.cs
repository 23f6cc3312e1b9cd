using Xen.Virtio.Queues;

namespace VirtioHosting.State;

/// <summary>
/// A queue's position as one word of 64 bits, which a processor stores whole: there is no half-written one.
/// </summary>
/// <remarks>
/// Bits 0 to 39: the position (<see cref="QueuePosition.ToBits"/>); 40: always set; 41 to 63: a check of the bits below, so
/// that a file of other origin is not taken for a position.
/// </remarks>
internal static class PositionWord
{
    private const int IsSetBit = 40;
    private const int CheckShift = 41;
    private const ulong Payload = (1UL << CheckShift) - 1;
    private const ulong Multiplier = 0x9e3779b97f4a7c15;

    internal static ulong Format(in QueuePosition position)
    {
        var word = position.ToBits() | (1UL << IsSetBit);
        return word | (Check(word) << CheckShift);
    }

    internal static bool TryParse(ulong word, out QueuePosition position)
    {
        var payload = word & Payload;
        position = QueuePosition.FromBits(payload);
        return (payload & (1UL << IsSetBit)) != 0 && word >> CheckShift == Check(payload);
    }

    private static ulong Check(ulong payload) => unchecked(payload * Multiplier) >> CheckShift;
}

using System;

namespace Xen.Virtio.Queues;

/// <summary>How far a queue has come: what its device must know to go on where another process ended.</summary>
/// <param name="NextAvailable">Split: the next index of the available ring. Packed: the slot of the next descriptor.</param>
/// <param name="AvailableWrap">Packed: the wrap counter that belongs to it.</param>
/// <param name="NextUsed">Split: the next index of the used ring. Packed: the slot of the next used descriptor.</param>
/// <param name="UsedWrap">Packed: the wrap counter that belongs to it.</param>
/// <remarks>
/// In a journal: packed, a chain that is about to be given back reaches from <paramref name="NextUsed"/> to
/// <paramref name="NextAvailable"/>; split, the difference counts the malformed heads that there was nothing to give
/// back of. Of a queue, the difference is what was taken besides.
/// </remarks>
public readonly record struct QueuePosition(
    ushort NextAvailable, bool AvailableWrap, ushort NextUsed, bool UsedWrap)
{
    private const int UsedShift = 16;
    private const int AvailableWrapBit = 32;
    private const int UsedWrapBit = 33;
    private const int BegunShift = 34;

    /// <summary>Largest value of <see cref="Begun"/>.</summary>
    public const int MaxBegun = 63;

    /// <summary>
    /// In a journal: how many of the oldest chains that were not given back had been begun
    /// (<see cref="VirtQueue.Begin"/>), so that what they ask for may have been done. 0 to <see cref="MaxBegun"/>,
    /// which stands for more, too.
    /// </summary>
    public byte Begun { get; init; }

    /// <summary>The position as one word, which can be stored in one step. Bits 40 to 63 are 0.</summary>
    public ulong ToBits() => NextAvailable | ((ulong)NextUsed << UsedShift)
        | (AvailableWrap ? 1UL << AvailableWrapBit : 0) | (UsedWrap ? 1UL << UsedWrapBit : 0)
        | ((ulong)Math.Min(Begun, (byte)MaxBegun) << BegunShift);

    /// <summary>The position of which <see cref="ToBits"/> made a word.</summary>
    /// <param name="bits">The word; bits 40 to 63 are ignored.</param>
    public static QueuePosition FromBits(ulong bits) => new(
        (ushort)bits, (bits & (1UL << AvailableWrapBit)) != 0, (ushort)(bits >> UsedShift),
        (bits & (1UL << UsedWrapBit)) != 0)
    {
        Begun = (byte)((bits >> BegunShift) & MaxBegun),
    };
}

using System;
using System.Buffers.Binary;

namespace Xen.Virtio.Storage.Qcow2.Format;

/// <summary>A block of reference counts of 1 to 64 bits each.</summary>
internal static class RefcountBlock
{
    /// <summary>The largest count.</summary>
    /// <param name="order">Binary logarithm of a count's bits, 0 to 6.</param>
    public static ulong MaxFor(int order) => order == 6 ? ulong.MaxValue : (1UL << (1 << order)) - 1;

    public static ulong Read(ReadOnlySpan<byte> block, int order, int index) => order switch
    {
        3 => block[index],
        4 => BinaryPrimitives.ReadUInt16BigEndian(block[(index * 2)..]),
        5 => BinaryPrimitives.ReadUInt32BigEndian(block[(index * 4)..]),
        6 => BinaryPrimitives.ReadUInt64BigEndian(block[(index * 8)..]),
        _ => (ulong)(block[index >> (3 - order)] >> ShiftOf(order, index)) & MaxFor(order),
    };

    public static void Write(Span<byte> block, int order, int index, ulong value)
    {
        switch (order)
        {
            case 3:
                block[index] = (byte)value;
                break;
            case 4:
                BinaryPrimitives.WriteUInt16BigEndian(block[(index * 2)..], (ushort)value);
                break;
            case 5:
                BinaryPrimitives.WriteUInt32BigEndian(block[(index * 4)..], (uint)value);
                break;
            case 6:
                BinaryPrimitives.WriteUInt64BigEndian(block[(index * 8)..], value);
                break;
            default:
                var shift = ShiftOf(order, index);
                ref var cell = ref block[index >> (3 - order)];
                cell = (byte)((cell & ~((int)MaxFor(order) << shift)) | ((int)value << shift));
                break;
        }
    }

    // Counts that share a byte begin at its least significant bit.
    private static int ShiftOf(int order, int index) => (index & ((8 >> order) - 1)) << order;
}

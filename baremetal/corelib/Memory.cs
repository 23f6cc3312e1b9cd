using System.Runtime.CompilerServices;

// Byte loops. The first two classes are the compiler's: it calls them for the copies of large structures.
namespace System;

internal static class Buffer
{
    internal static void BulkMoveWithWriteBarrier(ref byte destination, ref byte source, nuint length) =>
        SpanHelpers.Memmove(ref destination, ref source, length);
}

internal static unsafe class SpanHelpers
{
    internal static void Memmove(ref byte destination, ref byte source, nuint length)
    {
        // SAFETY: the caller vouches for both ranges.
        fixed (byte* to = &destination, from = &source)
        {
            if (to < from)
            {
                for (nuint i = 0; i < length; i++)
                    to[i] = from[i];
            }
            else
            {
                for (var i = length; i != 0; i--)
                    to[i - 1] = from[i - 1];
            }
        }
    }

    internal static void Fill(ref byte destination, byte value, nuint length)
    {
        // SAFETY: the caller vouches for the range.
        fixed (byte* to = &destination)
        {
            for (nuint i = 0; i < length; i++)
                to[i] = value;
        }
    }

    internal static void ClearWithoutReferences(ref byte destination, nuint length) => Fill(ref destination, 0, length);
}

internal static unsafe class Bytes
{
    internal static nuint Of<T>(int count) => (nuint)count * (nuint)sizeof(T);

    internal static bool AreEqual(ref byte left, ref byte right, nuint length)
    {
        // SAFETY: the caller vouches for both ranges.
        fixed (byte* first = &left, second = &right)
        {
            for (nuint i = 0; i < length; i++)
            {
                if (first[i] != second[i])
                    return false;
            }
        }

        return true;
    }
}

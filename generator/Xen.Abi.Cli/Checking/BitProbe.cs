using System;
using System.Numerics;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Checking;

/// <summary>A bit-field, to be found in an object that has all its bits set and no others.</summary>
/// <param name="Item">The record that declares it.</param>
/// <param name="Field">The bit-field.</param>
/// <param name="Type">The C type of the record that is initialised.</param>
/// <param name="First">The first bit in that record.</param>
internal sealed record BitProbe(AbiItem Item, AbiField Field, string Type, long First)
{
    /// <summary>The object in C, in a section of its own.</summary>
    public string ToC(string section) =>
        $"__attribute__((used, section(\"{section}\"))) const {Type} object_{section} = {{ .{Field.Name} = -1 }};";

    /// <summary>Whether an object has exactly the bits set that the metadata says.</summary>
    public bool IsConfirmedBy(ReadOnlySpan<byte> bytes) => Find(bytes) == (First, Field.BitWidth) && IsOneRun(bytes, First, Field.BitWidth);

    /// <summary>The first bit that is set, and how many are.</summary>
    public static (long First, int Width) Find(ReadOnlySpan<byte> bytes)
    {
        long first = -1;
        int width = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != 0 && first < 0)
                first = (i * 8L) + BitOperations.TrailingZeroCount(bytes[i]);
            width += BitOperations.PopCount(bytes[i]);
        }

        return (first, width);
    }

    private static bool IsOneRun(ReadOnlySpan<byte> bytes, long first, int width)
    {
        for (long bit = first; bit < first + width; bit++)
        {
            if (bit / 8 >= bytes.Length || (bytes[(int)(bit / 8)] >> (int)(bit % 8) & 1) == 0)
                return false;
        }

        return true;
    }
}

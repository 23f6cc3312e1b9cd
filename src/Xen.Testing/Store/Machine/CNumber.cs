using System;

namespace Xen.Testing.Store.Machine;

/// <summary>Numbers as C's <c>strtol</c> and <c>atoi</c> read them, which is how the daemon does.</summary>
internal static class CNumber
{
    private const int Decimal = 10;
    private const int Hexadecimal = 16;
    private const int Octal = 8;

    /// <summary>C's <c>atoi</c>: what is no number is 0, and what follows one is left out.</summary>
    /// <param name="text">The text, without a NUL.</param>
    internal static int ParseDecimal(ReadOnlySpan<byte> text) => unchecked((int)Parse(text, Decimal, out _));

    /// <summary>C's <c>strtol</c> with a base of 0: decimal, hexadecimal after 0x, octal after 0.</summary>
    /// <param name="text">The text, without a NUL.</param>
    /// <param name="length">How many characters were read; 0 if there is no number.</param>
    internal static long Parse(ReadOnlySpan<byte> text, out int length) => Parse(text, 0, out length);

    private static long Parse(ReadOnlySpan<byte> text, int numberBase, out int length)
    {
        length = 0;
        var position = 0;
        while (position < text.Length && text[position] is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r'))
            position++;
        var isNegative = position < text.Length && text[position] == (byte)'-';
        if (isNegative || (position < text.Length && text[position] == (byte)'+'))
            position++;
        if (numberBase == 0)
            numberBase = Base(text[position..], ref position);

        var value = Int128.Zero;
        for (; position < text.Length && Digit(text[position]) is var digit && digit < numberBase; position++)
        {
            value = Int128.Min((value * numberBase) + digit, (Int128)long.MaxValue + 1);
            length = position + 1;
        }

        value = isNegative ? -value : value;
        return (long)Int128.Min(value, long.MaxValue);
    }

    private static int Base(ReadOnlySpan<byte> digits, ref int position)
    {
        if (digits.Length > 2 && digits[0] == (byte)'0' && (digits[1] | 0x20) == (byte)'x' && Digit(digits[2]) < Hexadecimal)
        {
            position += 2;
            return Hexadecimal;
        }

        return !digits.IsEmpty && digits[0] == (byte)'0' ? Octal : Decimal;
    }

    private static int Digit(byte letter) => letter switch
    {
        >= (byte)'0' and <= (byte)'9' => letter - '0',
        >= (byte)'a' and <= (byte)'f' => letter - 'a' + Decimal,
        >= (byte)'A' and <= (byte)'F' => letter - 'A' + Decimal,
        _ => int.MaxValue,
    };
}

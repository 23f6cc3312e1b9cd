using System;

namespace Xen.Domain;

/// <content>Numbers.</content>
public ref partial struct TextBuffer
{
    private const int MaximumDigits = 20;
    private const int HexadecimalDigits = 16;
    private const int NanosecondDigits = 9;
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Appends a number in decimal.</summary>
    /// <param name="value">The number.</param>
    /// <param name="width">Columns at least: blanks go before it.</param>
    public void AddDecimal(ulong value, int width = 0)
    {
        Span<byte> digits = stackalloc byte[MaximumDigits];
        var first = Format(digits, value);
        PadTo(Length + width - (digits.Length - first));
        Add(digits[first..]);
    }

    /// <summary>Appends a number in hexadecimal, without <c>0x</c>.</summary>
    /// <param name="value">The number.</param>
    /// <param name="digits">Digits at least, up to 16: zeros go before it.</param>
    public void AddHexadecimal(ulong value, int digits = 1)
    {
        for (var i = HexadecimalDigits - 1; i >= 0; i--)
        {
            var digit = (byte)((value >> (4 * i)) & 0xf);
            if (i < digits || i == 0 || value >> (4 * i) != 0)
                Add((byte)(digit < 10 ? '0' + digit : 'a' + digit - 10));
        }
    }

    /// <summary>Appends a time in seconds, cut off after some decimals.</summary>
    /// <param name="nanoseconds">The time.</param>
    /// <param name="decimals">1 to 9.</param>
    /// <param name="width">Columns at least: blanks go before it.</param>
    public void AddSeconds(ulong nanoseconds, int decimals = 2, int width = 0)
    {
        decimals = Math.Clamp(decimals, 1, NanosecondDigits);
        AddDecimal(nanoseconds / NanosecondsPerSecond, width - decimals - 1);
        Add((byte)'.');
        AddFraction(nanoseconds % NanosecondsPerSecond, decimals);
    }

    /// <summary>Appends tenths as a number with one decimal: 1234 becomes 123.4.</summary>
    /// <param name="tenths">The number, tenfold.</param>
    /// <param name="width">Columns at least: blanks go before it.</param>
    public void AddTenths(ulong tenths, int width = 0)
    {
        AddDecimal(tenths / 10, width - 2);
        Add((byte)'.');
        Add((byte)('0' + (tenths % 10)));
    }

    private void AddFraction(ulong nanoseconds, int decimals)
    {
        var unit = NanosecondsPerSecond;
        for (var i = 0; i < decimals; i++)
        {
            unit /= 10;
            Add((byte)('0' + (nanoseconds / unit % 10)));
        }
    }

    // The digits at the end of the span; where they begin.
    private static int Format(Span<byte> digits, ulong value)
    {
        var first = digits.Length;
        do
        {
            digits[--first] = (byte)('0' + (value % 10));
            value /= 10;
        }
        while (value != 0);
        return first;
    }
}

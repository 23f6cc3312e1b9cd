using System;

namespace Xen.Store.Cli.Text;

/// <summary>A number as C's atoi reads it: white space, a sign, digits; what follows is not looked at.</summary>
internal static class CNumber
{
    private const int Base = 10;

    /// <summary>Reads one of 64 bits, of which the lower 32 are taken.</summary>
    /// <param name="text">The text.</param>
    public static int Read(string text)
    {
        var digits = text.TrimStart(' ', '\t', '\n', '\v', '\f', '\r');
        var isNegative = digits.StartsWith('-');
        Int128 value = 0;
        foreach (var digit in isNegative || digits.StartsWith('+') ? digits[1..] : digits)
        {
            if (!char.IsAsciiDigit(digit) || value > long.MaxValue)
                break;
            value = (value * Base) + (digit - '0');
        }

        return unchecked((int)(long)Int128.Clamp(isNegative ? -value : value, long.MinValue, long.MaxValue));
    }
}

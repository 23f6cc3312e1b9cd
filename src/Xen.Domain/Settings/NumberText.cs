using System;

namespace Xen.Domain;

/// <summary>Numbers in text, from a command line or a XenStore value.</summary>
public static class NumberText
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Reads a number in decimal.</summary>
    /// <param name="text">Digits and nothing else.</param>
    /// <param name="value">The number.</param>
    /// <returns>False if it is not of that form, or does not fit.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        foreach (var digit in text)
        {
            var number = (ulong)(digit - '0');
            if (digit is < (byte)'0' or > (byte)'9' || value > (ulong.MaxValue - number) / 10)
            {
                value = 0;
                return false;
            }

            value = (value * 10) + number;
        }

        return !text.IsEmpty;
    }

    /// <summary>Reads seconds with an optional fraction: <c>2</c>, <c>0.5</c>.</summary>
    /// <param name="text">Digits, or digits, a point and digits, of which those behind the ninth mean nothing.</param>
    /// <param name="nanoseconds">The time.</param>
    /// <returns>False if it is not of that form, or does not fit.</returns>
    public static bool TryParseSeconds(ReadOnlySpan<byte> text, out ulong nanoseconds)
    {
        nanoseconds = 0;
        var point = text.IndexOf((byte)'.');
        if (!TryParse(point < 0 ? text : text[..point], out var seconds))
            return false;
        var fraction = 0UL;
        if (point >= 0 && !TryParseFraction(text[(point + 1)..], out fraction))
            return false;
        if (seconds > (ulong.MaxValue - fraction) / NanosecondsPerSecond)
            return false;
        nanoseconds = (seconds * NanosecondsPerSecond) + fraction;
        return true;
    }

    private static bool TryParseFraction(ReadOnlySpan<byte> digits, out ulong nanoseconds)
    {
        nanoseconds = 0;
        var unit = NanosecondsPerSecond;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            unit /= 10;
            nanoseconds += unit * (ulong)(digit - '0');
        }

        return !digits.IsEmpty;
    }
}

using System;
using System.Buffers;

namespace Xen.Store.Cli.Text;

/// <summary>A value as Xen's programs print it, and as they read it.</summary>
/// <remarks>
/// Printed: <c>\t \n \r \\</c>, three octal digits below 8, two hexadecimal ones for what is not printable ASCII. Read:
/// these, any number of octal digits up to three, any other character after a backslash as itself.
/// </remarks>
internal static class ValueText
{
    private const int FirstHexadecimal = 8;
    private const int MostOctalDigits = 3;
    private const int MostHexadecimalDigits = 2;
    private const int OctalBits = 3;
    private const int HexadecimalBits = 4;
    private static readonly SearchValues<byte> Special = SearchValues.Create(SpecialBytes());

    /// <summary>Writes a value in its printable form.</summary>
    /// <param name="value">The value.</param>
    /// <param name="to">Where it goes.</param>
    /// <returns>How many characters that were.</returns>
    public static int Escape(ReadOnlySpan<byte> value, IBufferWriter<byte> to)
    {
        var length = 0;
        while (!value.IsEmpty)
        {
            var plain = value.IndexOfAny(Special);
            plain = plain < 0 ? value.Length : plain;
            to.Write(value[..plain]);
            length += plain;
            value = value[plain..];
            if (value.IsEmpty)
                break;
            length += Escape(value[0], to);
            value = value[1..];
        }

        return length;
    }

    /// <summary>The value of its printable form.</summary>
    /// <param name="text">What a user wrote.</param>
    public static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        var value = new byte[text.Length + 1];
        var length = 0;
        while (!text.IsEmpty)
        {
            var isEscape = text[0] == '\\';
            var read = 1;
            value[length++] = isEscape ? Unescape(text[1..], out read) : text[0];
            text = text[Math.Min(isEscape ? read + 1 : 1, text.Length)..];
        }

        return value[..length];
    }

    private static byte[] SpecialBytes()
    {
        var special = new byte[byte.MaxValue + 1];
        var count = 0;
        for (var i = 0; i <= byte.MaxValue; i++)
        {
            if (i is < ' ' or > '~' or '\\')
                special[count++] = (byte)i;
        }

        return special[..count];
    }

    private static int Escape(byte special, IBufferWriter<byte> to)
    {
        const int Longest = 4;
        var text = to.GetSpan(Longest);
        text[0] = (byte)'\\';
        text[1] = special switch
        {
            (byte)'\t' => (byte)'t',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\\' => (byte)'\\',
            < FirstHexadecimal => (byte)'0',
            _ => (byte)'x',
        };
        if (text[1] is not ((byte)'0' or (byte)'x'))
        {
            to.Advance(2);
            return 2;
        }

        text[2] = special < FirstHexadecimal ? (byte)'0' : Digit(special >> HexadecimalBits);
        text[3] = Digit(special % (1 << HexadecimalBits));
        to.Advance(Longest);
        return Longest;
    }

    private static byte Digit(int value) => "0123456789abcdef"u8[value];

    // The backslash is behind us. One at the end stands for a NUL.
    private static byte Unescape(ReadOnlySpan<byte> text, out int read)
    {
        read = 1;
        if (text.IsEmpty)
            return 0;
        switch (text[0])
        {
            case (byte)'t':
                return (byte)'\t';
            case (byte)'n':
                return (byte)'\n';
            case (byte)'r':
                return (byte)'\r';
            case >= (byte)'0' and <= (byte)'7':
                return Octal(text, out read);
            case (byte)'x' when Hexadecimal(text[1..], out var digits) is { } value:
                read = digits + 1;
                return value;
            default:
                return text[0];
        }
    }

    private static byte Octal(ReadOnlySpan<byte> text, out int read)
    {
        var value = 0;
        for (read = 0; read < Math.Min(text.Length, MostOctalDigits) && text[read] is >= (byte)'0' and <= (byte)'7'; read++)
            value = (value << OctalBits) + text[read] - '0';
        return (byte)value;
    }

    // As the C library reads a number of two characters: white space before it does not count, a sign and 0x do.
    private static byte? Hexadecimal(ReadOnlySpan<byte> text, out int read)
    {
        read = 0;
        while (read < text.Length && text[read] is (byte)' ' or >= (byte)'\t' and <= (byte)'\r')
            read++;
        var number = text.Slice(read, Math.Min(text.Length - read, MostHexadecimalDigits));
        if (number.Length == MostHexadecimalDigits && number[0] == '0' && (number[1] | ' ') == 'x')
        {
            read += MostHexadecimalDigits;
            return 0;
        }

        var isNegative = false;
        if (!number.IsEmpty && number[0] is (byte)'+' or (byte)'-')
        {
            isNegative = number[0] == '-';
            number = number[1..];
            read++;
        }

        var value = 0;
        var digits = 0;
        while (digits < number.Length && char.IsAsciiHexDigit((char)number[digits]))
            value = (value << HexadecimalBits) + Convert.ToInt32(
                ((char)number[digits++]).ToString(), 1 << HexadecimalBits);
        read += digits;
        return digits == 0 ? null : (byte)(isNegative ? -value : value);
    }
}

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Xen.Headers;

namespace Xen.Abi.Cli.Decoding;

/// <summary>Reads bytes, or a hexadecimal dump of them.</summary>
internal static partial class DumpReader
{
    /// <summary>The most that is read, and the most that a dump may stand for.</summary>
    public const int MaxSize = 16 << 20;

    private const int Chunk = 64 << 10;

    /// <summary>Reads all of a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="format">The form; found out if it is <see cref="DumpFormat.Auto"/>.</param>
    /// <param name="origin">The name of the input in errors.</param>
    /// <exception cref="HeaderReadException">The input is too large, or not in that form.</exception>
    public static byte[] Read(Stream stream, DumpFormat format, string origin)
    {
        byte[] bytes = ReadAll(stream, origin);
        if (format == DumpFormat.Auto)
            format = Guess(bytes);
        return format == DumpFormat.Raw ? bytes : Parse(Encoding.Latin1.GetString(bytes), format, origin);
    }

    private static byte[] ReadAll(Stream stream, string origin)
    {
        using var bytes = new MemoryStream();
        var chunk = new byte[Chunk];
        for (int read; (read = stream.Read(chunk)) > 0;)
        {
            bytes.Write(chunk, 0, read);
            if (bytes.Length > MaxSize)
                throw Error(origin, 0, $"the input is larger than {MaxSize >> 20} MiB");
        }

        return bytes.ToArray();
    }

    private static DumpFormat Guess(byte[] bytes)
    {
        if (bytes.Any(static part => part is (< (byte)' ' and not ((byte)'\t' or (byte)'\n' or (byte)'\r')) or > (byte)'~'))
            return DumpFormat.Raw;
        string text = Encoding.Latin1.GetString(bytes);
        string first = Lines(text).Select(static line => line.Text).FirstOrDefault(static line => line.Length > 0) ?? "";
        return XxdLine().IsMatch(first) ? DumpFormat.Xxd
            : IsHexdump(first, text) || WordsLine().IsMatch(first) ? DumpFormat.Hexdump
            : HexText().IsMatch(text) ? DumpFormat.Hex
            : DumpFormat.Raw;
    }

    /// <summary>Two spaces, text at the end of the line, or a last line with nothing but an offset tell a dump from plain digits.</summary>
    private static bool IsHexdump(string first, string text) => HexdumpLine().Match(first) is { Success: true } match
        && match.Groups["digits"].Length > 0
        && (first.AsSpan().ContainsAny("|>") || match.Groups["digits"].ValueSpan.StartsWith("  ") || LoneOffset().IsMatch(text.TrimEnd()));

    private static byte[] Parse(string text, DumpFormat format, string origin)
    {
        var bytes = new List<byte>();
        long? start = null;
        int rowAt = 0;
        bool repeat = false;
        foreach ((int number, string line) in Lines(text))
        {
            if (line.Length == 0)
                continue;
            if (format == DumpFormat.Hex)
            {
                AddHex(bytes, line, origin, number);
                continue;
            }

            if (line == "*")
            {
                repeat = bytes.Count > 0;
                continue;
            }

            (long offset, string digits) = Split(line, format, origin, number);
            start ??= offset;
            if (repeat)
                Repeat(bytes, rowAt, offset - start.Value, origin, number);
            repeat = false;
            if (offset - start != bytes.Count)
                throw Error(origin, number, $"the offset is 0x{offset:x}, but 0x{start + bytes.Count:x} comes next");
            rowAt = bytes.Count;
            AddHex(bytes, digits, origin, number);
        }

        return [.. bytes];
    }

    /// <summary>The offset of a line, and its digits without the text beside them.</summary>
    private static (long Offset, string Digits) Split(string line, DumpFormat format, string origin, int number)
    {
        if (format == DumpFormat.Hexdump && WordsLine().IsMatch(line))
            throw Error(origin, number, "this groups bytes in the order of the machine that printed it: use 'hexdump -C' or 'xxd'");
        Match match = (format == DumpFormat.Xxd ? XxdLine() : HexdumpLine()).Match(line);
        ReadOnlySpan<char> digits = match.Groups["offset"].ValueSpan;
        if (!long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long offset) || offset < 0)
        {
            throw Error(origin, number, $"this is no line of {(format == DumpFormat.Xxd ? "xxd" : "hexdump -C")}");
        }

        return (offset, match.Groups["digits"].Value);
    }

    /// <summary>Fills up to an offset with the last row.</summary>
    private static void Repeat(List<byte> bytes, int rowAt, long end, string origin, int number)
    {
        if (end > MaxSize)
            throw Error(origin, number, $"the dump stands for more than {MaxSize >> 20} MiB");
        int row = bytes.Count - rowAt;
        while (row > 0 && bytes.Count < end)
            bytes.Add(bytes[^row]);
    }

    private static void AddHex(List<byte> bytes, string text, string origin, int number)
    {
        foreach (string word in text.Split([' ', '\t', ',', ';', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            bool prefixed = word.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
            string digits = prefixed ? word[2..] : word;
            if (prefixed && digits.Length == 1)
                digits = "0" + digits;
            if (digits.Length % 2 != 0 || digits.Length == 0 || !digits.All(char.IsAsciiHexDigit))
                throw Error(origin, number, $"'{Shorten(word)}' is not pairs of hexadecimal digits");
            if (prefixed && digits.Length > 2)
                throw Error(origin, number, $"the byte order of '{Shorten(word)}' is not known: give single bytes");
            bytes.AddRange(Convert.FromHexString(digits));
        }
    }

    private static string Shorten(string word)
    {
        const int Longest = 20;
        return word.Length <= Longest ? word : word[..Longest] + "...";
    }

    private static IEnumerable<(int Number, string Text)> Lines(string text)
    {
        int number = 0;
        foreach (string line in text.Split('\n'))
            yield return (++number, line.Trim());
    }

    private static HeaderReadException Error(string origin, int line, string text) =>
        new([new HeaderError(HeaderError.BadInput, origin, line, 0, text)]);

    // The digits end at two spaces, where the text begins.
    [GeneratedRegex(@"^(?<offset>[0-9a-fA-F]{4,16}): (?<digits>[0-9a-fA-F]+( [0-9a-fA-F]+)*)(  .*)?$")]
    private static partial Regex XxdLine();

    [GeneratedRegex(@"^(?<offset>[0-9a-fA-F]{6,16})(?<digits>(  ?[0-9a-fA-F]{2})*)( *[|>].*)?$")]
    private static partial Regex HexdumpLine();

    [GeneratedRegex(@"\n[0-9a-fA-F]{6,16}\z")]
    private static partial Regex LoneOffset();

    // The default forms of hexdump and od: two bytes in one number.
    [GeneratedRegex(@"^[0-9a-fA-F]{7}( +[0-9a-fA-F]{4,6})+$")]
    private static partial Regex WordsLine();

    [GeneratedRegex(@"^\s*((0[xX])?[0-9a-fA-F]+[\s,;]*)+$", RegexOptions.NonBacktracking)]
    private static partial Regex HexText();
}

using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using VirtioText;

namespace VirtioGpio;

/// <summary>
/// The lines of a guest: <c>0:4:17</c> is lines 4 and 17 of chip 0; <c>0</c> is all of its lines. To
/// vhost-device-gpio, <c>0:4:17</c> is three chips.
/// </summary>
internal sealed class GpioLineList
{
    internal const string Example = "0:4:17:27, or gpiochip1 for all of its lines";

    private GpioLineList(string chip, IReadOnlyList<int> lines) => (Chip, Lines) = (chip, lines);

    /// <summary>The chip of the host, as the user names it: <c>0</c>, <c>gpiochip0</c>, or a label.</summary>
    internal string Chip { get; }

    /// <summary>The numbers of the lines there; the first is the guest's line 0. None: all of them.</summary>
    internal IReadOnlyList<int> Lines { get; }

    /// <summary>Reads a list.</summary>
    /// <param name="text">Anything.</param>
    /// <param name="list">The list.</param>
    /// <param name="complaint">What is wrong with it; empty if nothing is.</param>
    internal static bool TryParse(string text, out GpioLineList list, out string complaint)
    {
        var parts = new TextPart(text, 1).Split(':').ToArray();
        var lines = new List<int>();
        list = new GpioLineList(parts[0].Text, lines);
        var fault = parts[0].Text.Length == 0 || parts[0].Text.Any(static letter => letter is < ' ' or > '~' or ',')
            ? parts[0].Complain("expected the host's GPIO chip: a number, gpiochipN, /dev/gpiochipN or its label")
            : parts[1..].Select(part => Read(part, lines)).FirstOrDefault(static fault => fault is not null);
        complaint = fault is null ? "" : $"{fault}; example: {Example}";
        return fault is null;
    }

    /// <summary>The list as it stands in the XenStore. Read again, it is the same list.</summary>
    public override string ToString() => string.Join(
        ':', Lines.Select(static line => line.ToString(CultureInfo.InvariantCulture)).Prepend(Chip));

    private static string? Read(TextPart part, List<int> lines)
    {
        if (!part.TryReadNumber(out var number) || number > ushort.MaxValue)
            return part.Complain("expected the number of a line of the chip, 0 to 65535, as gpioinfo shows it");
        if (lines.Contains((int)number))
            return part.Complain("the line is in the list already");
        lines.Add((int)number);
        return null;
    }
}

using System.Globalization;

namespace VirtioConsole.Ports;

/// <summary>Size of a console in characters.</summary>
/// <param name="Columns">Its width, 1 or more.</param>
/// <param name="Rows">Its height, 1 or more.</param>
internal readonly record struct ConsoleSize(ushort Columns, ushort Rows)
{
    /// <summary>Reads a size: <c>80x25</c>.</summary>
    /// <param name="text">Anything.</param>
    /// <param name="size">The size.</param>
    /// <param name="complaint">What is wrong with it; empty if nothing is.</param>
    internal static bool TryParse(string text, out ConsoleSize size, out string complaint)
    {
        var parts = text.Split('x');
        ushort rows = 0;
        var isSize = ushort.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var columns)
            && parts.Length == 2
            && ushort.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out rows)
            && columns != 0 && rows != 0;
        size = new ConsoleSize(columns, rows);
        complaint = isSize ? "" : $"'{text}': expected columns, an x, and rows, each 1 to 65535; example: 80x25";
        return isSize;
    }

    /// <summary>The size as it stands in the XenStore.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Columns}x{Rows}");
}

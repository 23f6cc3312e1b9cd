using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace VirtioHosting.Output;

/// <summary>A table of text, as wide as it must be. The last column may be of any width.</summary>
/// <param name="headings">The headings; one that begins with a space stands above numbers, which are set to the
/// right.</param>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    /// <summary>
    /// Adds a row, with a cell for each heading. A terminal takes control characters for commands: they become
    /// question marks.
    /// </summary>
    internal void Add(params string[] cells) => _rows.Add(Array.ConvertAll(cells, Printable));

    private static string Printable(string text) =>
        string.Concat(text.Select(static letter => char.IsControl(letter) ? '?' : letter));

    /// <summary>Prints it.</summary>
    internal void Write(TextWriter output)
    {
        var widths = headings.Select((heading, column) =>
            _rows.Select(row => row[column].Length).Append(heading.Trim().Length).Max()).ToArray();
        foreach (var row in _rows.Prepend(headings))
        {
            var cells = row.Select((cell, column) => headings[column].StartsWith(' ')
                ? cell.Trim().PadLeft(widths[column])
                : cell.PadRight(widths[column]));
            output.Write(string.Join("  ", cells).TrimEnd() + "\n");
        }
    }
}

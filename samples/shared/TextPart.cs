using System;
using System.Collections.Generic;
using System.Globalization;

namespace VirtioText;

/// <summary>A part of a text that a user wrote, and where it stands.</summary>
/// <param name="Text">The part.</param>
/// <param name="Position">Of its first character, from 1, as people count.</param>
internal readonly record struct TextPart(string Text, int Position)
{
    /// <summary>The parts between separators; empty ones too.</summary>
    internal IEnumerable<TextPart> Split(char separator)
    {
        var position = Position;
        foreach (var part in Text.Split(separator))
        {
            yield return new TextPart(part, position);
            position += part.Length + 1;
        }
    }

    /// <summary>Reads a number: decimal, or hexadecimal after 0x, as in C.</summary>
    /// <param name="number">The number.</param>
    /// <returns>False if it is none. One that begins with another 0 is none: for some readers it is octal.</returns>
    internal bool TryReadNumber(out uint number)
    {
        number = 0;
        if (Text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return uint.TryParse(
                Text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
        }

        return (Text.Length == 1 || !Text.StartsWith('0'))
            && uint.TryParse(Text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>A message about this part.</summary>
    /// <param name="complaint">What is wrong with it, and what is expected.</param>
    internal string Complain(string complaint) =>
        string.Create(CultureInfo.InvariantCulture, $"'{Text}' at character {Position}: {complaint}");
}

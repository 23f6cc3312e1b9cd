using System;

namespace Xen.Domain;

/// <summary>Walks over the words of a command line: <c>interval=0.5 verbose</c>.</summary>
/// <param name="text">The command line; words are separated by blanks, tabs and line ends, or end with it.</param>
public ref struct CommandLineWords(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    /// <summary>What stands before the first <c>=</c> of the word where the walk stands; all of it if there is none.</summary>
    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>What stands behind it; empty if there is none.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>For <c>foreach</c>.</summary>
    public readonly CommandLineWords GetEnumerator() => this;

    /// <summary>For <c>foreach</c>.</summary>
    public readonly CommandLineWords Current => this;

    /// <summary>Finds a word by its key; of several the last one.</summary>
    /// <param name="text">The command line.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    /// <returns>False if there is none.</returns>
    public static bool TryFind(ReadOnlySpan<byte> text, scoped ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        value = default;
        var isFound = false;
        var words = new CommandLineWords(text);
        while (words.MoveNext())
        {
            if (!words.Key.SequenceEqual(key))
                continue;
            value = words.Value;
            isFound = true;
        }

        return isFound;
    }

    /// <summary>Goes to the next word.</summary>
    /// <returns>False if there is none.</returns>
    public bool MoveNext()
    {
        var first = 0;
        while (first < _rest.Length && IsBlank(_rest[first]))
            first++;
        var end = first;
        while (end < _rest.Length && !IsBlank(_rest[end]))
            end++;
        var word = _rest[first..end];
        _rest = _rest[end..];

        var separator = word.IndexOf((byte)'=');
        Key = separator < 0 ? word : word[..separator];
        Value = separator < 0 ? default : word[(separator + 1)..];
        return !word.IsEmpty;
    }

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or 0;
}

using System;

namespace Xen.Store.Protocol;

/// <summary>The answer to <see cref="MessageType.DirectoryPart"/>: some names, and the generation that they are of.</summary>
public readonly ref struct DirectoryPartPayload
{
    private DirectoryPartPayload(ReadOnlySpan<byte> generation, ReadOnlySpan<byte> names, bool isLast)
    {
        Generation = generation;
        Names = names;
        IsLast = isLast;
    }

    /// <summary>Changes when the list of children does: then the parts do not fit together.</summary>
    public ReadOnlySpan<byte> Generation { get; }

    /// <summary>Names, each with its NUL; the next part begins so many bytes further on.</summary>
    public ReadOnlySpan<byte> Names { get; }

    /// <summary>Whether there is no further part: an empty name ends the list.</summary>
    public bool IsLast { get; }

    /// <summary>Reads one.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="part">Its parts.</param>
    /// <returns>False if it is not of that form.</returns>
    public static bool TryParse(ReadOnlySpan<byte> payload, out DirectoryPartPayload part)
    {
        part = default;
        var strings = new StringList(payload);
        if (!strings.MoveNext() || strings.Current.Length == payload.Length)
            return false;
        var names = strings.Rest;
        if (!names.IsEmpty && names[^1] != 0)
            return false;
        var isLast = names.Length == 1 || (names.Length > 1 && names[^2] == 0);
        if (names.IsEmpty)
            return false;
        part = new DirectoryPartPayload(strings.Current, isLast ? names[..^1] : names, isLast);
        return true;
    }
}

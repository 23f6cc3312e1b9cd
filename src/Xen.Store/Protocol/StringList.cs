using System;

namespace Xen.Store.Protocol;

/// <summary>Walks over strings that each end with a NUL, as payloads have them.</summary>
/// <param name="payload">The payload. A last string without its NUL counts, too.</param>
public ref struct StringList(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    /// <summary>The string where the walk stands, without its NUL.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>What has not been walked over.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>For <c>foreach</c>.</summary>
    public readonly StringList GetEnumerator() => this;

    /// <summary>How many strings a payload has.</summary>
    /// <param name="payload">The payload.</param>
    public static int Count(ReadOnlySpan<byte> payload) =>
        payload.Count((byte)0) + (payload.IsEmpty || payload[^1] == 0 ? 0 : 1);

    /// <summary>Goes to the next string.</summary>
    /// <returns>False if there is none.</returns>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        var end = _rest.IndexOf((byte)0);
        Current = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return true;
    }
}

using System;
using System.Text;
using Xen.Store.Protocol;

namespace Xen.Testing.Store.Machine;

/// <summary>The payload of a request, as strings that each end with a NUL.</summary>
/// <param name="bytes">The payload.</param>
internal readonly ref struct Payload(ReadOnlySpan<byte> bytes)
{
    /// <summary>All of it.</summary>
    internal ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>How many strings there are; what follows the last NUL is none.</summary>
    internal int Count => Bytes.Count((byte)0);

    /// <summary>A string, without its NUL; there must be so many.</summary>
    /// <param name="index">Which.</param>
    internal ReadOnlySpan<byte> this[int index]
    {
        get
        {
            var strings = new StringList(Bytes);
            for (var position = 0; position <= index; position++)
                strings.MoveNext();
            return strings.Current;
        }
    }

    /// <summary>What follows the first string.</summary>
    internal ReadOnlySpan<byte> Rest => Bytes[(Bytes.IndexOf((byte)0) + 1)..];

    /// <summary>The string that is all of the payload; null if there is none, or more.</summary>
    internal string? Single => !Bytes.IsEmpty && Bytes.IndexOf((byte)0) == Bytes.Length - 1 ? Text(0) : null;

    /// <summary>A string, with a character for each byte.</summary>
    /// <param name="index">Which.</param>
    internal string Text(int index) => Encoding.Latin1.GetString(this[index]);
}

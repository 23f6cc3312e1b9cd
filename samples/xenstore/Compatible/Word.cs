using System;
using System.Text;

namespace Xen.Store.Cli.Compatible;

/// <summary>A word of the command line: its bytes, since a value to be written need not be text.</summary>
/// <param name="Bytes">The bytes, without the NUL.</param>
internal readonly record struct Word(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The word as text. What is not UTF-8 is replaced, and is then no valid path either.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>A word from text.</summary>
    public static Word Of(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>What follows the first bytes.</summary>
    public Word From(int start) => new(Bytes[start..]);

    public override string ToString() => Text;
}

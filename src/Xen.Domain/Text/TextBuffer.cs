using System;

namespace Xen.Domain;

/// <summary>Text that is put together in memory of the caller's, piece by piece. Allocates nothing, throws nothing.</summary>
/// <param name="destination">Where it goes.</param>
/// <remarks>What does not fit is cut off, and <see cref="IsCut"/> says so: a line of text is never a reason to fail.</remarks>
public ref partial struct TextBuffer(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    /// <summary>Bytes of text.</summary>
    public int Length { get; private set; }

    /// <summary>Whether something did not fit.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The text.</summary>
    public readonly ReadOnlySpan<byte> Written => _destination[..Length];

    /// <summary>Begins again.</summary>
    public void Clear()
    {
        Length = 0;
        IsCut = false;
    }

    /// <summary>Appends text as it is.</summary>
    /// <param name="text">UTF-8; it may be cut within a character.</param>
    public void Add(scoped ReadOnlySpan<byte> text)
    {
        var room = _destination.Length - Length;
        if (text.Length > room)
        {
            IsCut = true;
            text = text[..room];
        }

        text.CopyTo(_destination[Length..]);
        Length += text.Length;
    }

    /// <summary>Appends a byte.</summary>
    /// <param name="value">The byte.</param>
    public void Add(byte value)
    {
        if (Length == _destination.Length)
        {
            IsCut = true;
            return;
        }

        _destination[Length++] = value;
    }

    /// <summary>Appends text of someone who is not trusted: what is not a printable ASCII character becomes a question mark.</summary>
    /// <param name="text">Any bytes.</param>
    /// <param name="maximum">Bytes of it that are looked at.</param>
    public void AddPrintable(scoped ReadOnlySpan<byte> text, int maximum = int.MaxValue)
    {
        if (text.Length > maximum)
            text = text[..Math.Max(maximum, 0)];
        for (var i = 0; i < text.Length && !IsCut; i++)
            Add(text[i] is >= (byte)' ' and <= (byte)'~' ? text[i] : (byte)'?');
    }

    /// <summary>Appends blanks up to a column.</summary>
    /// <param name="column">Where the next piece begins, counted from the start of the text; nothing if that has passed.</param>
    public void PadTo(int column)
    {
        while (Length < column && !IsCut)
            Add((byte)' ');
    }
}

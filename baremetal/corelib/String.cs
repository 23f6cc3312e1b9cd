namespace System;

/// <summary>A literal: the compiler lays it out in the image. No other can be made.</summary>
public sealed class String
{
    private readonly int _length;
    private readonly char _firstChar;

    public int Length => _length;

    public unsafe char this[int index]
    {
        get
        {
            Check.Index(index, _length);
            // SAFETY: the index has been checked.
            fixed (char* first = &_firstChar)
                return first[index];
        }
    }

    public ref readonly char GetPinnableReference() => ref _firstChar;

    public static string Concat(string? first, string? second) => NotInThisWorld.Text();

    public static string Create(
        IFormatProvider? provider, ref Runtime.CompilerServices.DefaultInterpolatedStringHandler handler) =>
        NotInThisWorld.Text();

    public static unsafe implicit operator ReadOnlySpan<char>(string? text)
    {
        if (text is null)
            return default;

        // SAFETY: a literal is in the image, and as long as it says.
        fixed (char* first = &text._firstChar)
            return new ReadOnlySpan<char>(first, text._length);
    }

    public static bool operator ==(string? left, string? right) =>
        ((ReadOnlySpan<char>)left).SequenceEqual(right) && left is null == right is null;

    public static bool operator !=(string? left, string? right) => !(left == right);

    public override bool Equals(object? other) => NotInThisWorld.Boxing();
    public override int GetHashCode() => 0;
}

namespace System;

/// <summary>For the syntax <c>^n</c>, which the compiler takes apart.</summary>
public readonly struct Index
{
    private readonly int _value;

    public Index(int value, bool fromEnd = false) => _value = fromEnd ? ~value : value;

    public int GetOffset(int length) => _value < 0 ? length + _value + 1 : _value;

    public static implicit operator Index(int value) => new(value);
}

/// <summary>For the syntax <c>a..b</c>, which the compiler takes apart.</summary>
public readonly struct Range(Index start, Index end)
{
    public Index Start => start;
    public Index End => end;

    public static Range StartAt(Index start) => new(start, new Index(0, fromEnd: true));
    public static Range EndAt(Index end) => new(new Index(0), end);
    public static Range All => new(new Index(0), new Index(0, fromEnd: true));
}

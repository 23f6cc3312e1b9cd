using System.Runtime.CompilerServices;

namespace System;

/// <summary>Searches in spans, element by element as bytes: for numbers, not for structures with gaps.</summary>
public static class MemoryExtensions
{
    public static ReadOnlySpan<char> AsSpan(this string? text) => text;

    public static bool SequenceEqual<T>(this Span<T> span, ReadOnlySpan<T> other) =>
        SequenceEqual((ReadOnlySpan<T>)span, other);

    // SAFETY: both are as long as is compared.
    public static bool SequenceEqual<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> other) =>
        span.Length == other.Length && Bytes.AreEqual(
            ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in span.GetPinnableReference())),
            ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in other.GetPinnableReference())),
            Bytes.Of<T>(span.Length));

    public static bool StartsWith<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> value) =>
        span.Length >= value.Length && span.Slice(0, value.Length).SequenceEqual(value);

    public static bool EndsWith<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> value) =>
        span.Length >= value.Length && span.Slice(span.Length - value.Length).SequenceEqual(value);

    public static bool StartsWith(this ReadOnlySpan<char> span, ReadOnlySpan<char> value, StringComparison comparison) =>
        span.StartsWith(value);

    public static int IndexOf<T>(this Span<T> span, T value) => IndexOf((ReadOnlySpan<T>)span, value);

    public static int IndexOf<T>(this ReadOnlySpan<T> span, T value)
    {
        for (var i = 0; i < span.Length; i++)
        {
            if (IsEqual(in span[i], in value))
                return i;
        }

        return -1;
    }

    public static int LastIndexOf<T>(this ReadOnlySpan<T> span, T value)
    {
        for (var i = span.Length - 1; i >= 0; i--)
        {
            if (IsEqual(in span[i], in value))
                return i;
        }

        return -1;
    }

    public static bool Contains<T>(this ReadOnlySpan<T> span, T value) => span.IndexOf(value) >= 0;

    public static int Count<T>(this ReadOnlySpan<T> span, T value)
    {
        var count = 0;
        foreach (ref readonly var element in span)
            count += IsEqual(in element, in value) ? 1 : 0;
        return count;
    }

    public static ReadOnlySpan<T> TrimEnd<T>(this ReadOnlySpan<T> span, T value)
    {
        var length = span.Length;
        while (length > 0 && IsEqual(in span[length - 1], in value))
            length--;
        return span.Slice(0, length);
    }

    // SAFETY: one element each, which is only read.
    private static bool IsEqual<T>(ref readonly T left, ref readonly T right) => Bytes.AreEqual(
        ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in left)),
        ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in right)),
        Bytes.Of<T>(1));
}

/// <summary>There is only one way to compare here.</summary>
public enum StringComparison
{
    Ordinal = 4,
}

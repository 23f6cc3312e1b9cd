using System.Runtime.CompilerServices;

namespace System;

/// <summary>A view of memory. An index that is out of range ends the domain.</summary>
public readonly ref struct Span<T>
{
    private readonly ref T _reference;
    private readonly int _length;

    public Span(T[]? array) => NotInThisWorld.Arrays();

    // SAFETY: the caller vouches for the memory.
    public unsafe Span(void* pointer, int length)
    {
        _reference = ref Unsafe.AsRef<T>(pointer);
        _length = length;
    }

    public Span(ref T reference)
    {
        _reference = ref reference;
        _length = 1;
    }

    internal Span(ref T reference, int length)
    {
        _reference = ref reference;
        _length = length;
    }

    public static Span<T> Empty => default;

    public int Length => _length;
    public bool IsEmpty => _length == 0;

    // SAFETY: the index has been checked.
    public ref T this[int index]
    {
        get
        {
            Check.Index(index, _length);
            return ref Unsafe.Add(ref _reference, index);
        }
    }

    public Span<T> Slice(int start) => Slice(start, _length - start);

    // SAFETY: the range has been checked.
    public Span<T> Slice(int start, int length)
    {
        Check.Range(start, length, _length);
        return new Span<T>(ref Unsafe.Add(ref _reference, start), length);
    }

    public void CopyTo(Span<T> destination) => ((ReadOnlySpan<T>)this).CopyTo(destination);

    public bool TryCopyTo(Span<T> destination) => ((ReadOnlySpan<T>)this).TryCopyTo(destination);

    // SAFETY: the span is as long as it says.
    public void Clear() =>
        SpanHelpers.ClearWithoutReferences(ref Unsafe.As<T, byte>(ref _reference), Bytes.Of<T>(_length));

    // SAFETY: each index is below the length.
    public void Fill(T value)
    {
        for (var i = 0; i < _length; i++)
            Unsafe.Add(ref _reference, i) = value;
    }

    public ref T GetPinnableReference() => ref _reference;

    public Enumerator GetEnumerator() => new(this);

    public static implicit operator ReadOnlySpan<T>(Span<T> span) => new(ref span._reference, span._length);

    public ref struct Enumerator
    {
        private readonly Span<T> _span;
        private int _index;

        internal Enumerator(Span<T> span)
        {
            _span = span;
            _index = -1;
        }

        public readonly ref T Current => ref _span[_index];

        public bool MoveNext() => ++_index < _span._length;
    }
}

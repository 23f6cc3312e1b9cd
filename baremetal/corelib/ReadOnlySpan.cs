using System.Runtime.CompilerServices;

namespace System;

/// <summary>A view of memory that is not written. An index that is out of range ends the domain.</summary>
public readonly ref struct ReadOnlySpan<T>
{
    private readonly ref T _reference;
    private readonly int _length;

    public ReadOnlySpan(T[]? array) => NotInThisWorld.Arrays();

    public ReadOnlySpan(T[]? array, int start, int length) => NotInThisWorld.Arrays();

    // SAFETY: the caller vouches for the memory.
    public unsafe ReadOnlySpan(void* pointer, int length)
    {
        _reference = ref Unsafe.AsRef<T>(pointer);
        _length = length;
    }

    // SAFETY: only the type changes: it is not written through.
    public ReadOnlySpan(ref readonly T reference)
    {
        _reference = ref Unsafe.AsRef(in reference);
        _length = 1;
    }

    internal ReadOnlySpan(ref T reference, int length)
    {
        _reference = ref reference;
        _length = length;
    }

    public static ReadOnlySpan<T> Empty => default;

    public int Length => _length;
    public bool IsEmpty => _length == 0;

    // SAFETY: the index has been checked.
    public ref readonly T this[int index]
    {
        get
        {
            Check.Index(index, _length);
            return ref Unsafe.Add(ref _reference, index);
        }
    }

    public ReadOnlySpan<T> Slice(int start) => Slice(start, _length - start);

    // SAFETY: the range has been checked.
    public ReadOnlySpan<T> Slice(int start, int length)
    {
        Check.Range(start, length, _length);
        return new ReadOnlySpan<T>(ref Unsafe.Add(ref _reference, start), length);
    }

    public void CopyTo(Span<T> destination) => Check.Range(0, TryCopyTo(destination) ? 0 : _length, destination.Length);

    // SAFETY: the destination is at least as long.
    public bool TryCopyTo(Span<T> destination)
    {
        if (_length > destination.Length)
            return false;

        SpanHelpers.Memmove(
            ref Unsafe.As<T, byte>(ref destination.GetPinnableReference()),
            ref Unsafe.As<T, byte>(ref _reference),
            Bytes.Of<T>(_length));
        return true;
    }

    public ref readonly T GetPinnableReference() => ref _reference;

    public Enumerator GetEnumerator() => new(this);

    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<T> _span;
        private int _index;

        internal Enumerator(ReadOnlySpan<T> span)
        {
            _span = span;
            _index = -1;
        }

        public readonly ref readonly T Current => ref _span[_index];

        public bool MoveNext() => ++_index < _span._length;
    }
}

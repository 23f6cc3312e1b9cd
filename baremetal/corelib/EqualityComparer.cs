using System.Runtime.CompilerServices;

namespace System.Collections.Generic;

/// <summary>What the equality of records is made of.</summary>
/// <remarks>Compares bytes: the fields of shared records are numbers, and records of numbers without gaps.</remarks>
public sealed class EqualityComparer<T> : EqualityComparerMembers<T>
{
    // The class is sealed, so that calls are direct. No object is needed, but the code that the compiler makes for records checks for one: any will do.
    // SAFETY: the object has no fields of its own, and its methods are not virtual calls.
    public static unsafe EqualityComparer<T> Default
    {
        get
        {
            var any = "";
            return Unsafe.As<string, EqualityComparer<T>>(ref any);
        }
    }

    // SAFETY: the bytes of one value each.
    public override bool Equals(T? left, T? right) => Bytes.AreEqual(
        ref Unsafe.As<T?, byte>(ref left), ref Unsafe.As<T?, byte>(ref right), Bytes.Of<T>(1));

    public override int GetHashCode(T? value) => 0;
}

/// <summary>The compiler wants them virtual.</summary>
public abstract class EqualityComparerMembers<T>
{
    public abstract bool Equals(T? left, T? right);

    public abstract int GetHashCode(T? value);
}

// The types that the compiler and the language know by name, with no more members than shared sources use.
namespace System;

public class Object
{
#pragma warning disable 169 // the compiler to native code expects this field, and nothing here reads it
    private IntPtr _methodTable;
#pragma warning restore 169

    public virtual string ToString() => "";
    public virtual bool Equals(object? other) => (object?)this == other;
    public virtual int GetHashCode() => 0;
}

public struct Void;

public struct Boolean
{
    public override bool Equals(object? other) => NotInThisWorld.Boxing();
    public override int GetHashCode() => 0;
}

public struct Char;

public struct SByte;

public struct Byte
{
    public const byte MaxValue = 0xff;

    public string ToString(IFormatProvider? provider) => NotInThisWorld.Text();
}

public struct Int16;

public struct UInt16
{
    public const ushort MaxValue = 0xffff;

    public string ToString(IFormatProvider? provider) => NotInThisWorld.Text();
}

public struct Int32
{
    public const int MaxValue = 0x7fffffff;
    public const int MinValue = -0x80000000;

    public string ToString(IFormatProvider? provider) => NotInThisWorld.Text();
}

public struct UInt32
{
    public const uint MaxValue = 0xffffffff;

    public string ToString(IFormatProvider? provider) => NotInThisWorld.Text();
}

public struct Int64
{
    public const long MaxValue = 0x7fffffffffffffff;
    public const long MinValue = -0x8000000000000000;

    public string ToString(IFormatProvider? provider) => NotInThisWorld.Text();
}

public struct UInt64
{
    public const ulong MaxValue = 0xffffffffffffffff;

    public string ToString(IFormatProvider? provider) => NotInThisWorld.Text();
    public string ToString(string format, IFormatProvider? provider) => NotInThisWorld.Text();
}

public struct IntPtr;

public struct UIntPtr;

public struct Single;

public struct Double;

public abstract class ValueType;

public abstract class Enum : ValueType;

public abstract class Array;

// The compiler to native code asks for it, as the type of the methods that arrays have.
internal class Array<T> : Array;

public abstract class Delegate;

public abstract class MulticastDelegate : Delegate;

public class Exception;

public abstract class Type
{
    public static Type GetTypeFromHandle(RuntimeTypeHandle handle) => NotInThisWorld.TypeObject();
}

// The compiler to native code asks for it.
internal sealed class RuntimeType : Type;

public struct RuntimeTypeHandle;

public struct RuntimeMethodHandle;

public struct RuntimeFieldHandle;

public interface IEquatable<T>
{
    bool Equals(T? other);
}

public interface IFormatProvider;

public interface IDisposable
{
    void Dispose();
}

public struct Nullable<T>
    where T : struct
{
    private readonly bool _hasValue;
    private readonly T _value;

    public Nullable(T value)
    {
        _hasValue = true;
        _value = value;
    }

    public readonly bool HasValue => _hasValue;
    public readonly T Value => _value;
    public readonly T GetValueOrDefault() => _value;

    public static implicit operator Nullable<T>(T value) => new Nullable<T>(value);
}

using System.Runtime;
using System.Runtime.CompilerServices;

namespace System.Threading;

/// <summary>Memory that another domain reads and writes as well: each access is one, and none moves over it.</summary>
public static class Volatile
{
    public static byte Read(ref readonly byte location) => As<byte, Byte>(in location).Value;
    public static sbyte Read(ref readonly sbyte location) => As<sbyte, SByte>(in location).Value;
    public static uint Read(ref readonly uint location) => As<uint, UInt>(in location).Value;
    public static ulong Read(ref readonly ulong location) => As<ulong, ULong>(in location).Value;
    public static void Write(ref byte location, byte value) => As<byte, Byte>(in location).Value = value;
    public static void Write(ref uint location, uint value) => As<uint, UInt>(in location).Value = value;

    // SAFETY: a structure of one field is as large as the field.
    private static ref TTo As<TFrom, TTo>(ref readonly TFrom location) =>
        ref Unsafe.As<TFrom, TTo>(ref Unsafe.AsRef(in location));

    private struct Byte
    {
        internal volatile byte Value;
    }

    private struct SByte
    {
        internal volatile sbyte Value;
    }

    private struct UInt
    {
        internal volatile uint Value;
    }

    private struct ULong
    {
        // The language knows volatile only up to 32 bits, and of the size of an address.
        internal volatile nuint Value;
    }
}

public static unsafe class Interlocked
{
    public static void MemoryBarrier() => Barrier();

    /// <summary>Unlike .NET's, it does not tell what was there before.</summary>
    public static void And(ref ulong location, ulong mask)
    {
        // SAFETY: one word, which does not move during the call.
        fixed (ulong* pointer = &location)
            AtomicAnd(pointer, mask);
    }

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "memory_barrier")]
    private static extern void Barrier();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "atomic_and")]
    private static extern void AtomicAnd(ulong* location, ulong mask);
}

using System.Runtime;
using System.Runtime.CompilerServices;

namespace System.Threading;

/// <summary>Memory that another domain reads and writes as well: each access is one, and none moves over the other.</summary>
public static class Volatile
{
    private struct Word
    {
        internal volatile uint Value;
    }

    public static uint Read(ref readonly uint location) =>
        Unsafe.As<uint, Word>(ref Unsafe.AsRef(in location)).Value;

    public static void Write(ref uint location, uint value) => Unsafe.As<uint, Word>(ref location).Value = value;
}

public static unsafe class Interlocked
{
    public static void MemoryBarrier() => Barrier();

    /// <summary>Unlike .NET's, it does not tell what was there before.</summary>
    public static void And(ref ulong location, ulong mask)
    {
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

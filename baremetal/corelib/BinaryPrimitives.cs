using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace System.Buffers.Binary;

/// <summary>Numbers in spans of bytes. Both machines are little-endian.</summary>
public static class BinaryPrimitives
{
    public static uint ReadUInt32LittleEndian(ReadOnlySpan<byte> source) => At<uint>(source);

    public static ulong ReadUInt64LittleEndian(ReadOnlySpan<byte> source) => At<ulong>(source);

    public static void WriteUInt32LittleEndian(Span<byte> destination, uint value) => At<uint>(destination) = value;

    public static void WriteUInt64LittleEndian(Span<byte> destination, ulong value) => At<ulong>(destination) = value;

    // SAFETY: the length has been checked; unaligned access is allowed.
    private static ref T At<T>(ReadOnlySpan<byte> bytes)
    {
        Check.Range(0, Unsafe.SizeOf<T>(), bytes.Length);
        return ref Unsafe.As<byte, T>(ref MemoryMarshal.GetReference(bytes));
    }
}

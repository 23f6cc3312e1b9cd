#pragma warning disable CS8500 // nothing moves here, so that a pointer to anything stays good
namespace System.Runtime.CompilerServices
{
    /// <summary>Reinterpretation. The bodies are what the compiler would put in their place.</summary>
    // SAFETY: each caller vouches for the types, the count and the memory.
    public static unsafe class Unsafe
    {
        public static ref T AsRef<T>(void* source) => ref *(T*)source;

        public static ref T AsRef<T>(scoped ref readonly T source)
        {
            // SAFETY: nothing moves here, and the caller vouches for the rest.
            fixed (T* pointer = &source)
                return ref *pointer;
        }

        public static ref TTo As<TFrom, TTo>(ref TFrom source)
        {
            // SAFETY: nothing moves here, and the caller vouches for the rest.
            fixed (TFrom* pointer = &source)
                return ref *(TTo*)pointer;
        }

        public static ref T Add<T>(ref T source, int elements)
        {
            // SAFETY: nothing moves here, and the caller vouches for the rest.
            fixed (T* pointer = &source)
                return ref pointer[elements];
        }

        public static void* AsPointer<T>(ref readonly T value)
        {
            // SAFETY: nothing moves here, and the caller vouches for the rest.
            fixed (T* pointer = &value)
                return pointer;
        }

        public static int SizeOf<T>() => sizeof(T);

        public static T ReadUnaligned<T>(void* source) => *(T*)source;

        public static void WriteUnaligned<T>(void* destination, T value) => *(T*)destination = value;
    }

    public static class RuntimeHelpers
    {
        public static int OffsetToStringData => 12;

        [Intrinsic]
        public static ReadOnlySpan<T> CreateSpan<T>(RuntimeFieldHandle field) => default;
    }

    public static class RuntimeFeature
    {
        public const string ByRefFields = nameof(ByRefFields);
        public const string ByRefLikeGenerics = nameof(ByRefLikeGenerics);
        public const string NumericIntPtr = nameof(NumericIntPtr);
        public const string UnmanagedSignatureCallingConvention = nameof(UnmanagedSignatureCallingConvention);
        public const string VirtualStaticsInInterfaces = nameof(VirtualStaticsInInterfaces);
        public const string DefaultImplementationsOfInterfaces = nameof(DefaultImplementationsOfInterfaces);
    }
}

namespace System.Runtime.InteropServices
{
    using System.Runtime.CompilerServices;

    public static unsafe class MemoryMarshal
    {
        // SAFETY: the caller vouches for the length.
        public static Span<T> CreateSpan<T>(scoped ref T reference, int length) =>
            new(Unsafe.AsPointer(in reference), length);

        // SAFETY: the caller vouches for the length.
        public static ReadOnlySpan<T> CreateReadOnlySpan<T>(scoped ref readonly T reference, int length) =>
            new(Unsafe.AsPointer(in reference), length);

        public static ref T GetReference<T>(Span<T> span) => ref span.GetPinnableReference();

        // SAFETY: the caller vouches that it is not written through.
        public static ref T GetReference<T>(ReadOnlySpan<T> span) => ref Unsafe.AsRef(in span.GetPinnableReference());
    }
}

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Xen.Sys.HeaderCheck;

/// <summary>Measures what the runtime makes of a type.</summary>
// SAFETY: every pointer refers to a local, or to memory that the same method allocates and frees.
internal static unsafe class Layout
{
    /// <summary>Size in bytes.</summary>
    public static int SizeOf(Type type) => type.IsPointer ? sizeof(void*) : (int)Generic(nameof(MeasureSize), type);

    /// <summary>Alignment in bytes.</summary>
    public static int AlignOf(Type type) => (int)Generic(nameof(MeasureAlign), type);

    /// <summary>Whether the bytes of a value are the value: nothing managed in it, and the runtime agrees to pin it.</summary>
    public static bool IsBlittable(Type type) => (bool)Generic(nameof(MeasureBlittable), type);

    /// <summary>Where a field really is: the distance between two addresses, not an attribute.</summary>
    public static int OffsetOf(FieldInfo field)
    {
        var method = new DynamicMethod("offset", typeof(nint), [typeof(nint)], field.DeclaringType!, skipVisibility: true);
        ILGenerator code = method.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldflda, field);
        code.Emit(OpCodes.Conv_I);
        code.Emit(OpCodes.Ret);
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)SizeOf(field.DeclaringType!), 64);
        nint address = method.CreateDelegate<Func<nint, nint>>()((nint)memory);
        int offset = (int)(address - (nint)memory);
        NativeMemory.AlignedFree(memory);
        return offset;
    }

    /// <summary>The bytes of a zeroed value after some properties have been set.</summary>
    public static byte[] BytesOf(Type type, IReadOnlyDictionary<PropertyInfo, decimal> values)
    {
        object value = Activator.CreateInstance(type)!;
        foreach ((PropertyInfo property, decimal number) in values)
            property.SetValue(value, Number(number, property.PropertyType));
        return (byte[])Generic(nameof(CopyBytes), type, value);
    }

    /// <summary>What a property reads out of the bytes of a value.</summary>
    public static decimal Read(PropertyInfo property, byte[] bytes) => Convert.ToDecimal(
        property.GetValue(Generic(nameof(FromBytes), property.DeclaringType!, bytes)), CultureInfo.InvariantCulture);

    private static object Number(decimal value, Type type) => Convert.ChangeType(value, type, CultureInfo.InvariantCulture);

    private static object Generic(string method, Type type, params object[] arguments) =>
        typeof(Layout).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, arguments)!;

    private static int MeasureSize<T>()
        where T : unmanaged => sizeof(T);

    // SAFETY: both addresses are of one local.
    private static int MeasureAlign<T>()
        where T : unmanaged
    {
        Aligned<T> probe = default;
        return (int)((byte*)&probe.Value - &probe.First);
    }

    private static bool MeasureBlittable<T>()
        where T : struct
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            return false;
        GCHandle.Alloc(default(T), GCHandleType.Pinned).Free();
        return true;
    }

    // SAFETY: the span covers exactly the local.
    private static byte[] CopyBytes<T>(T value)
        where T : unmanaged => new ReadOnlySpan<byte>(&value, sizeof(T)).ToArray();

    private static T FromBytes<T>(byte[] bytes)
        where T : unmanaged => MemoryMarshal.Read<T>(bytes);

    private struct Aligned<T>
    {
        public byte First;
        public T Value;
    }
}

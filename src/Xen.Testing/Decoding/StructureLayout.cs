using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.Testing.Decoding;

/// <summary>What a generated structure consists of, read from its own description.</summary>
internal sealed class StructureLayout
{
    private const BindingFlags AllFields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly ConcurrentDictionary<Type, StructureLayout> Cache = new();

    private StructureLayout(int size, IReadOnlyList<StructureField> fields)
    {
        Size = size;
        Fields = fields;
        IsUnion = fields.Count > 1 && fields.All(field => field.Offset == 0);
    }

    /// <summary>Bytes.</summary>
    internal int Size { get; }

    /// <summary>The fields in the order of the header.</summary>
    internal IReadOnlyList<StructureField> Fields { get; }

    /// <summary>Whether all fields lie over each other, so that only one of them means something.</summary>
    internal bool IsUnion { get; }

    /// <summary>The layout of a generated type, or of a number as a structure with one field.</summary>
    internal static StructureLayout Of(Type type) => Cache.GetOrAdd(type, Read);

    /// <summary>A layout with one nameless field, for operations that take a number.</summary>
    internal static StructureLayout OfNumber(string name, Type type) =>
        new(NumberSize(type), [new StructureField(name, 0, NumberSize(type), KindOf(type), null, 1)]);

    /// <summary>The member of a union.</summary>
    /// <returns>Null if there is none of that name.</returns>
    internal StructureLayout? Member(string name) => Fields.FirstOrDefault(field => field.Name == name)?.Nested;

    private static StructureLayout Read(Type type) =>
        new(type.StructLayoutAttribute?.Size ?? 0, [.. FieldsOf(type).Select(Describe)]);

    [UnconditionalSuppressMessage(
        "Trimming", "IL2070", Justification = "A field that a trimmed program does not have is not printed.")]
    private static FieldInfo[] FieldsOf(Type type) => type.GetFields(AllFields);

    private static StructureField Describe(FieldInfo field)
    {
        var offset = field.GetCustomAttribute<FieldOffsetAttribute>()?.Value ?? 0;
        var name = field.Name.TrimStart('_');
        var type = field.FieldType;
        if (type.GetCustomAttribute<InlineArrayAttribute>() is { Length: var count })
        {
            var element = FieldsOf(type)[0].FieldType;
            var kind = KindOf(element);
            var nested = kind == StructureFieldKind.Structure ? Of(element) : null;
            return new StructureField(name, offset, count * (nested?.Size ?? NumberSize(element)), kind, nested, count);
        }

        return KindOf(type) == StructureFieldKind.Structure
            ? new StructureField(name, offset, Of(type).Size, StructureFieldKind.Structure, Of(type), 1)
            : new StructureField(name, offset, NumberSize(type), KindOf(type), null, 1);
    }

    private static StructureFieldKind KindOf(Type type)
    {
        if (type.IsPointer || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(XenGuestHandle<>)))
            return StructureFieldKind.Pointer;
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Object => StructureFieldKind.Structure,
            TypeCode.SByte or TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64 => StructureFieldKind.Signed,
            _ => StructureFieldKind.Unsigned,
        };
    }

    private static int NumberSize(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte or TypeCode.SByte or TypeCode.Boolean => 1,
        TypeCode.Int16 or TypeCode.UInt16 => 2,
        TypeCode.Int32 or TypeCode.UInt32 => 4,
        _ => 8,
    };
}

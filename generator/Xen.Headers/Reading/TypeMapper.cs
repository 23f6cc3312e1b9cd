using System;
using System.Collections.Generic;
using Xen.Abi.Model;
using Xen.Headers.Libclang;

namespace Xen.Headers.Reading;

/// <summary>Turns the compiler's types into those of the model, and keeps the names of records without a tag.</summary>
internal sealed class TypeMapper(HeaderSource source)
{
    private const string HandlePrefix = "__guest_handle_";
    private readonly Dictionary<nint, string> _names = [];

    /// <summary>Whether a typedef is one of Xen's guest handles: a record around a pointer.</summary>
    public static bool IsGuestHandle(string typedef) => typedef.StartsWith(HandlePrefix, StringComparison.Ordinal);

    /// <summary>Gives a record or enumeration without tag the name of its typedef.</summary>
    public void NameByTypedef(Cursor typedef)
    {
        ClangType type = Strip(typedef.TypedefType);
        if (type.Kind is TypeKind.Record or TypeKind.Enum && type.Declaration is { IsUnnamed: true } declaration
            && !IsGuestHandle(typedef.Name))
        {
            _names.TryAdd(declaration.Identity, typedef.Name);
        }
    }

    /// <summary>Whether the typedef does nothing but name a type that has no tag.</summary>
    public bool IsNamedBy(Cursor typedef)
    {
        ClangType type = Strip(typedef.TypedefType);
        return type.Kind is TypeKind.Record or TypeKind.Enum && type.Declaration is { IsUnnamed: true } declaration
            && _names.TryGetValue(declaration.Identity, out string? name) && name == typedef.Name;
    }

    /// <summary>Gives a nested record its name.</summary>
    public void Name(Cursor record, string name) => _names[record.Identity] = name;

    /// <summary>The name of a record; null for one that has none (yet).</summary>
    public string? RecordName(Cursor record) =>
        record.IsUnnamed ? _names.GetValueOrDefault(record.Identity) : record.Name;

    /// <summary>The name of an enumeration; null for one without.</summary>
    public string? EnumName(Cursor enumeration) => RecordName(enumeration);

    /// <summary>Maps a type.</summary>
    /// <exception cref="HeaderReadException">The model has no place for it.</exception>
    public AbiType Map(ClangType type, SourcePlace place)
    {
        if (type.IsSigned || type.IsUnsigned)
            return AbiType.Integer(type.IsSigned, (int)type.Size * 8);
        switch (type.Kind)
        {
            case TypeKind.Void:
                return AbiType.Void;
            case TypeKind.Bool:
                return AbiType.Bool;
            case TypeKind.CharSigned or TypeKind.CharUnsigned:
                return AbiType.Char;
            case TypeKind.Float or TypeKind.Double:
                return AbiType.Float((int)type.Size * 8);
            case TypeKind.Function or TypeKind.FunctionWithoutPrototype:
                return AbiType.Function;
            case TypeKind.Pointer:
                return AbiType.Pointer(Map(Pointee(type), place));
            case TypeKind.ConstantArray:
                return AbiType.Array(type.Count, Map(type.Element, place));
            case TypeKind.IncompleteArray:
                return AbiType.Array(-1, Map(type.Element, place));
            case TypeKind.Elaborated:
                return Map(type.Named, place);
            case TypeKind.Attributed:
                return Map(type.Modified, place);
            case TypeKind.Typedef:
                return MapTypedef(type.Declaration, place);
            case TypeKind.Record:
                return MapRecord(type.Declaration, place);
            case TypeKind.Enum:
                return EnumName(type.Declaration) is { } name && source.HeaderName(type.Declaration.Place.Path) is not null
                    ? AbiType.Named(AbiTypeKind.Enum, name)
                    : Map(type.Declaration.EnumType, place);
            default:
                throw new HeaderReadException(place, $"the type '{type.Spelling}' is not supported");
        }
    }

    private static ClangType Strip(ClangType type)
    {
        while (type.Kind is TypeKind.Elaborated or TypeKind.Attributed)
            type = type.Kind == TypeKind.Elaborated ? type.Named : type.Modified;
        return type;
    }

    /// <summary>What is pointed to; a parenthesized function type, which libclang does not expose, by its canonical form.</summary>
    private static ClangType Pointee(ClangType pointer) =>
        pointer.Canonical.Pointee.Kind is TypeKind.Function or TypeKind.FunctionWithoutPrototype
            ? pointer.Canonical.Pointee
            : pointer.Pointee;

    private AbiType MapTypedef(Cursor typedef, SourcePlace place)
    {
        if (IsGuestHandle(typedef.Name))
            return AbiType.GuestHandle(HandleElement(typedef, place), (int)typedef.TypedefType.Size * 8);
        if (source.HeaderName(typedef.Place.Path) is null || IsNamedBy(typedef))
            return Map(typedef.TypedefType, place);
        return AbiType.Named(AbiTypeKind.Typedef, typedef.Name);
    }

    private AbiType HandleElement(Cursor typedef, SourcePlace place) =>
        PointerIn(typedef.TypedefType.Canonical.Declaration) is { } pointer
            ? Map(pointer.Pointee, place)
            : throw new HeaderReadException(typedef.Place, $"the guest handle '{typedef.Name}' holds no pointer");

    /// <summary>The first pointer in a record; i386 puts it into an anonymous union, beside a 64-bit number.</summary>
    private static ClangType? PointerIn(Cursor record)
    {
        foreach (Cursor member in record.Children())
        {
            if (member.Kind == CursorKind.Field && member.Type.Kind == TypeKind.Pointer)
                return member.Type;
            if (member.IsRecord && PointerIn(member) is { } nested)
                return nested;
        }

        return null;
    }

    private AbiType MapRecord(Cursor record, SourcePlace place) =>
        RecordName(record) is { } name
            ? AbiType.Named(record.Kind == CursorKind.Union ? AbiTypeKind.Union : AbiTypeKind.Struct, name)
            : throw new HeaderReadException(place, "a record without a name is used by value");
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using Xen.Abi.Model;
using Xen.Headers.Libclang;

namespace Xen.Headers.Reading;

/// <summary>Reads structures and unions, and those that they nest.</summary>
internal sealed class RecordReader(
    HeaderSource source, EquatableArray<string> targets, TypeMapper types, List<AbiItem> items, Action<Cursor> readEnum)
{
    /// <summary>Reads a record into the list of items.</summary>
    public void Read(Cursor record, string name)
    {
        List<Cursor> children = record.Children();
        ReadNested(children, name);
        ImmutableArray<AbiField>.Builder fields = ImmutableArray.CreateBuilder<AbiField>();
        foreach (Cursor child in children)
        {
            if (child.Kind == CursorKind.Field && !(child.IsBitField && child.Name.Length == 0))
                fields.Add(ReadField(child, name));
            else if (child.IsRecord && child.IsDefinition && child.IsAnonymousMember)
                fields.Add(ReadAnonymous(record, child));
        }

        SourcePlace place = record.Place;
        ClangType type = record.Type;
        if (type.Size < 0 || source.HeaderName(place.Path) is not { } header)
            throw new HeaderReadException(place, $"the layout of '{name}' is not known");
        items.Add(new AbiRecord(
            name, header, place.Line, targets, record.Kind == CursorKind.Union, (int)type.Size, (int)type.Align, fields.ToImmutable()));
    }

    /// <summary>Names and reads what is defined inside this record; C gives tags and enumerators file scope.</summary>
    private void ReadNested(List<Cursor> children, string parent)
    {
        int anonymous = 0;
        for (int i = 0; i < children.Count; i++)
        {
            Cursor child = children[i];
            if (child.Kind == CursorKind.Enum && child.IsDefinition)
                readEnum(child);
            if (!child.IsRecord || !child.IsDefinition)
                continue;
            string name = !child.IsUnnamed ? child.Name
                : child.IsAnonymousMember ? parent + ".@" + (anonymous++).ToString(CultureInfo.InvariantCulture)
                : parent + "." + MemberOf(child, children);
            types.Name(child, name);
            Read(child, name);
        }
    }

    private static string MemberOf(Cursor record, List<Cursor> siblings)
    {
        foreach (Cursor field in siblings)
        {
            if (field.Kind != CursorKind.Field)
                continue;
            ClangType type = field.Type.Canonical;
            while (type.Kind is TypeKind.ConstantArray or TypeKind.IncompleteArray or TypeKind.Pointer)
                type = (type.Kind == TypeKind.Pointer ? type.Pointee : type.Element).Canonical;
            if (type.Kind == TypeKind.Record && type.Declaration.Identity == record.Identity)
                return field.Name;
        }

        throw new HeaderReadException(record.Place, "no member uses this record without a tag");
    }

    /// <summary>libclang shows no field for an anonymous member: its place follows from a member inside it.</summary>
    private AbiField ReadAnonymous(Cursor record, Cursor anonymous)
    {
        if (FirstNamed(anonymous) is not { } inner || record.Type.BitOffsetOf(inner) is not (>= 0 and long offset))
            throw new HeaderReadException(anonymous.Place, "the offset of the anonymous member is not known");
        return new AbiField("", offset - anonymous.Type.BitOffsetOf(inner), 0, types.Map(anonymous.Type, anonymous.Place));
    }

    private static string? FirstNamed(Cursor record)
    {
        foreach (Cursor child in record.Children())
        {
            string? name = child.Kind == CursorKind.Field && child.Name.Length > 0 ? child.Name
                : child.IsRecord && child.IsAnonymousMember ? FirstNamed(child) : null;
            if (name is not null)
                return name;
        }

        return null;
    }

    private AbiField ReadField(Cursor field, string record)
    {
        long offset = field.BitOffset;
        if (offset < 0)
            throw new HeaderReadException(field.Place, $"the offset of '{record}.{field.Name}' is not known");
        ClangType type = field.Type;
        return new AbiField(field.Name, offset, field.IsBitField ? field.BitWidth : 0, types.Map(type, field.Place));
    }
}

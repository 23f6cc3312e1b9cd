using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Xen.Abi.Model;
using Xen.Headers.Libclang;

namespace Xen.Headers.Reading;

/// <summary>Reads one set of headers for one target.</summary>
internal sealed class TargetReader
{
    private readonly HeaderSource _source;
    private readonly TargetAbi _target;
    private readonly IReadOnlyList<string> _arguments;
    private readonly EquatableArray<string> _targets;
    private readonly List<AbiItem> _items = [];
    private readonly HashSet<string> _enumerators = new(StringComparer.Ordinal);
    private readonly TypeMapper _types;
    private readonly RecordReader _records;

    public TargetReader(HeaderSource source, TargetAbi target)
    {
        _source = source;
        _target = target;
        _arguments = source.Arguments(target);
        _targets = ImmutableArray.Create(target.Name);
        _types = new TypeMapper(source);
        _records = new RecordReader(source, _targets, _types, _items, ReadEnum);
    }

    public TargetReading Read()
    {
        using var unit = new TranslationUnit(_source.Umbrella, _source.UmbrellaText, _arguments);
        HeaderError[] errors = unit.Errors().ToArray();
        if (errors.Length > 0)
            throw new HeaderReadException(errors);

        List<Cursor> all = unit.Root.Children();
        List<Cursor> kept = all.FindAll(cursor => _source.HeaderName(cursor.Place.Path) is not null);
        foreach (Cursor cursor in all.Where(static cursor => cursor.Kind == CursorKind.Typedef))
            _types.NameByTypedef(cursor);
        foreach (Cursor cursor in kept)
            ReadDeclaration(cursor);

        var macros = new MacroReader(_source, _target, _arguments, _enumerators);
        var bodies = new MacroBodies(unit, all.Where(static cursor => cursor.Kind == CursorKind.MacroDefinition));
        _items.AddRange(macros.Read(kept.Where(static cursor => cursor.Kind == CursorKind.MacroDefinition), bodies));
        RejectDuplicates();
        return new TargetReading(_items, unit.IncludedFiles(), macros.WithoutValue);
    }

    private void ReadDeclaration(Cursor cursor)
    {
        switch (cursor.Kind)
        {
            case CursorKind.Struct or CursorKind.Union when cursor.IsDefinition && _types.RecordName(cursor) is { } name:
                _records.Read(cursor, name);
                break;
            case CursorKind.Enum when cursor.IsDefinition:
                ReadEnum(cursor);
                break;
            case CursorKind.Typedef:
                ReadTypedef(cursor);
                break;
        }
    }

    private void ReadEnum(Cursor cursor)
    {
        AbiType type = _types.Map(cursor.EnumType, cursor.Place);
        bool signed = type.Kind == AbiTypeKind.Signed;
        string header = _source.HeaderName(cursor.Place.Path)!;
        ImmutableArray<AbiEnumMember>.Builder members = ImmutableArray.CreateBuilder<AbiEnumMember>();
        string? name = _types.EnumName(cursor);
        foreach (Cursor member in cursor.Children().Where(static child => child.Kind == CursorKind.EnumConstant))
        {
            string value = signed ? DecimalText.Of(member.EnumValue) : DecimalText.Of(member.EnumUnsignedValue);
            _enumerators.Add(member.Name);
            if (name is null)
                _items.Add(new AbiConstant(member.Name, header, member.Place.Line, _targets, AbiType.OfEnumerator(type, value), value));
            else
                members.Add(new AbiEnumMember(member.Name, value));
        }

        if (name is not null)
            _items.Add(new AbiEnum(name, header, cursor.Place.Line, _targets, type, members.ToImmutable()));
    }

    private void ReadTypedef(Cursor cursor)
    {
        string name = cursor.Name;
        if (TypeMapper.IsGuestHandle(name) || _types.IsNamedBy(cursor))
            return;
        AbiType type = _types.Map(cursor.TypedefType, cursor.Place);
        var typedef = new AbiTypedef(name, _source.HeaderName(cursor.Place.Path)!, cursor.Place.Line, _targets, type);
        if (!_items.OfType<AbiTypedef>().Any(other => other.Name == name && other.Type == type))
            _items.Add(typedef);
    }

    /// <summary>C has one space for tags, one for all else; unnamed records borrow names from the other one.</summary>
    private void RejectDuplicates()
    {
        foreach (IGrouping<string, AbiItem> group in _items
            .Where(static item => item is AbiRecord or AbiEnum)
            .GroupBy(static item => item.Name, StringComparer.Ordinal))
        {
            AbiItem[] same = group.ToArray();
            if (same.Length > 1)
            {
                throw new HeaderReadException(
                [
                    new HeaderError(
                        HeaderError.Unsupported, same[1].Header, same[1].Line, 0,
                        $"a second type is called '{group.Key}'; the first is at {same[0].Header}:{same[0].Line}"),
                ]);
            }
        }
    }
}

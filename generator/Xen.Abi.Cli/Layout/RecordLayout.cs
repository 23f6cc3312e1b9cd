using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Layout;

/// <summary>A record as a row of members and gaps.</summary>
internal sealed class RecordLayout
{
    private const int MaxDepth = 16;
    private readonly Scope _scope;
    private readonly bool _expand;
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    private RecordLayout(Scope scope, AbiRecord record, bool expand)
    {
        _scope = scope;
        _expand = expand;
        Record = record;
        Slots = Lay(record, 0, MaxDepth);
    }

    /// <summary>The record.</summary>
    public AbiRecord Record { get; }

    /// <summary>Its members and gaps in order.</summary>
    public IReadOnlyList<Slot> Slots { get; }

    /// <summary>The gaps between members.</summary>
    public IEnumerable<GapSlot> Holes => Slots.OfType<GapSlot>().Where(static gap => !gap.AtEnd);

    /// <summary>The bits after the last member.</summary>
    public long Padding => Slots.OfType<GapSlot>().Where(static gap => gap.AtEnd).Sum(static gap => gap.Bits);

    /// <summary>Lays a record out.</summary>
    /// <param name="scope">Where its types are declared.</param>
    /// <param name="record">The record.</param>
    /// <param name="expand">Whether records that have a name of their own are shown in place too.</param>
    public static RecordLayout Of(Scope scope, AbiRecord record, bool expand) => new(scope, record, expand);

    /// <summary>Whether a record has no tag, so that it can only be shown where it is used.</summary>
    public static bool IsUntagged(AbiRecord record) => record.Name.Contains('.', StringComparison.Ordinal);

    /// <summary>The type of an array's innermost elements; any other type itself.</summary>
    public static AbiType Innermost(Scope scope, AbiType type)
    {
        for (int i = 0; i < MaxDepth && scope.Resolve(type) is { Kind: AbiTypeKind.Array } array; i++)
            type = array.Element!;
        return type;
    }

    private List<Slot> Lay(AbiRecord record, long start, int depth)
    {
        var slots = new List<Slot>();
        long end = start;
        _open.Add(record.Name);
        foreach (AbiField field in record.Fields)
        {
            FieldSlot slot = Lay(field, start, depth);
            if (!record.IsUnion && slot.BitOffset > end)
                slots.Add(new GapSlot(end, slot.BitOffset - end, AtEnd: false));
            slots.Add(slot);
            end = Math.Max(end, slot.BitOffset + (slot.BitSize ?? 0));
        }

        _open.Remove(record.Name);
        long whole = start + (record.Size * 8L);
        if (whole > end && slots.All(static slot => slot.BitSize is not null))
            slots.Add(new GapSlot(end, whole - end, AtEnd: true));
        return slots;
    }

    private FieldSlot Lay(AbiField field, long start, int depth)
    {
        long? size = field.IsBitField ? field.BitWidth : _scope.SizeOf(field.Type) * 8;
        AbiRecord? nested = _scope.Record(Innermost(_scope, field.Type));
        bool inPlace = nested is not null && depth > 0 && (IsUntagged(nested) || _expand) && !_open.Contains(nested.Name);
        long offset = start + field.BitOffset;
        return new FieldSlot(offset, size, field, nested, inPlace ? Lay(nested!, offset, depth - 1) : null);
    }
}

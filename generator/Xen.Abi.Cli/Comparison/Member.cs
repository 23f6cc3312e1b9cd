using System;
using System.Collections.Generic;
using System.Globalization;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Cli.Layout;
using Xen.Abi.Cli.Rendering;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Comparison;

/// <summary>A member of a record, also of those without a tag in it.</summary>
/// <param name="Place">Its offset, for a bit-field with bit and width, within the nearest record that has a name.</param>
/// <param name="Type">Its type in C.</param>
/// <param name="Size">Its size in bytes.</param>
internal sealed record Member(string Place, string Type, string Size)
{
    /// <summary>All members of a record by their path, in order.</summary>
    public static IReadOnlyList<KeyValuePair<string, Member>> Of(Scope scope, AbiRecord record)
    {
        var members = new List<KeyValuePair<string, Member>>();
        Add(members, RecordLayout.Of(scope, record, expand: false).Slots, "", 0);
        return members;
    }

    private static void Add(List<KeyValuePair<string, Member>> members, IReadOnlyList<Slot> slots, string prefix, long start)
    {
        foreach (Slot slot in slots)
        {
            if (slot is not FieldSlot field)
                continue;
            bool anonymous = field.Field.Name.Length == 0;
            string path = prefix + field.Field.Name;
            if (!anonymous)
                members.Add(new(path, Of(field, start)));
            if (field.Nested is not null)
                Add(members, field.Nested, anonymous ? prefix : path + ".", anonymous ? start : field.BitOffset);
        }
    }

    private static Member Of(FieldSlot slot, long start)
    {
        AbiField field = slot.Field;
        long offset = slot.BitOffset - start;
        string place = field.IsBitField
            ? string.Create(CultureInfo.InvariantCulture, $"@{offset / 8}.{offset % 8}:{field.BitWidth}")
            : string.Create(CultureInfo.InvariantCulture, $"@{offset / 8}");
        string type = CDeclarator.Declare(field.Type, "");
        if (slot.Record is { } record && RecordLayout.IsUntagged(record))
            type = type.Replace(record.Name, "{...}", StringComparison.Ordinal);
        return new Member(place, type, field.IsBitField ? "" : (slot.BitSize / 8)?.ToString(CultureInfo.InvariantCulture) ?? "?");
    }
}

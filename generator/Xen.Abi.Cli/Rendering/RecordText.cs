using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Xen.Abi.Cli.Layout;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Rendering;

/// <summary>Shows a record as its C declaration, with offset and size beside each member, and with its gaps.</summary>
internal sealed class RecordText
{
    private const int Indent = 4;
    private const int WidestDeclaration = 56;
    private readonly List<(string Declaration, string Place)> _lines = [];

    /// <summary>The text.</summary>
    public static string Of(RecordLayout layout)
    {
        var text = new RecordText();
        AbiRecord record = layout.Record;
        text._lines.Add(($"{Keyword(record)} {record.Name} {{", "offset   size"));
        text.Add(layout.Slots, 1);
        text._lines.Add(("};", Summary(layout)));
        return text.Join();
    }

    /// <summary>A number of bits: in bytes if they are whole ones.</summary>
    public static string Count(long bits) => bits % 8 == 0 ? Plural(bits / 8, "byte") : Plural(bits, "bit");

    private static string Summary(RecordLayout layout)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"size {layout.Record.Size}, align {layout.Record.Align}");
        GapSlot[] holes = [.. layout.Holes];
        if (holes.Length > 0)
            text.Append(", ").Append(Plural(holes.Length, "hole")).Append(" of ").Append(Count(holes.Sum(static hole => hole.Bits)));
        if (layout.Padding > 0)
            text.Append(", ").Append(Count(layout.Padding)).Append(" of padding");
        return text.ToString();
    }

    private static string Plural(long count, string what) =>
        count.ToString(CultureInfo.InvariantCulture) + " " + what + (count == 1 ? "" : "s");

    private static string Keyword(AbiRecord record) => record.IsUnion ? "union" : "struct";

    private void Add(IReadOnlyList<Slot> slots, int depth)
    {
        string indent = new(' ', depth * Indent);
        foreach (Slot slot in slots)
        {
            switch (slot)
            {
                case GapSlot gap:
                    _lines.Add((indent + (gap.AtEnd ? "/* padding */" : "/* hole */"), Place(gap, gap.Bits % 8 != 0 || gap.BitOffset % 8 != 0)));
                    break;
                case FieldSlot { Nested: { } nested, Record: { } record } field:
                    string tag = RecordLayout.IsUntagged(record) ? "" : " " + record.Name;
                    _lines.Add(($"{indent}{Keyword(record)}{tag} {{", ""));
                    Add(nested, depth + 1);
                    _lines.Add((indent + "}" + Declarator(field.Field) + ";", Place(field, bits: false)));
                    break;
                case FieldSlot field:
                    string width = field.Field.IsBitField ? $" : {field.Field.BitWidth}" : "";
                    _lines.Add(($"{indent}{CDeclarator.Declare(field.Field.Type, field.Field.Name)}{width};", Place(field, field.Field.IsBitField)));
                    break;
            }
        }
    }

    /// <summary>What follows the closing brace: the name, with the dimensions of an array.</summary>
    private static string Declarator(AbiField field)
    {
        if (field.Name.Length == 0)
            return "";
        AbiType type = field.Type;
        var dimensions = new StringBuilder();
        for (; type.Kind == AbiTypeKind.Array; type = type.Element!)
            dimensions.Append('[').Append(type.Count < 0 ? "" : type.Count.ToString(CultureInfo.InvariantCulture)).Append(']');
        return $" {field.Name}{dimensions}";
    }

    /// <summary>Offset and size: bytes, or with a point and a colon bits.</summary>
    private static string Place(Slot slot, bool bits)
    {
        string offset = bits ? $"{slot.BitOffset / 8}.{slot.BitOffset % 8}" : $"{slot.BitOffset / 8}";
        string size = slot.BitSize is not { } known ? "?" : bits ? $":{known}" : $"{known / 8}";
        return $"{offset,6} {size,6}";
    }

    private string Join()
    {
        int width = Math.Min(WidestDeclaration, _lines.Max(static line => line.Declaration.Length));
        var text = new StringBuilder();
        foreach ((string declaration, string place) in _lines)
        {
            text.Append(place.Length == 0 ? declaration : $"{declaration.PadRight(width)}  /* {place} */");
            text.Append('\n');
        }

        return text.ToString();
    }
}

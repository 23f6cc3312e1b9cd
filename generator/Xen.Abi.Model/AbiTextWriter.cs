using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Xen.Abi.Model;

/// <summary>Writes an <see cref="AbiModel"/> as text, one declaration or member per line.</summary>
internal static class AbiTextWriter
{
    /// <summary>The version of the format, in the first line of each file.</summary>
    public const int FormatVersion = 2;

    /// <summary>Puts items into the order in which they are written.</summary>
    public static IEnumerable<AbiItem> Order(IEnumerable<AbiItem> items) => items
        .OrderBy(static item => item.Header, StringComparer.Ordinal)
        .ThenBy(static item => item.Line)
        .ThenBy(static item => item.Name, StringComparer.Ordinal)
        .ThenBy(static item => Keyword(item), StringComparer.Ordinal)
        .ThenBy(static item => string.Join(",", item.Targets), StringComparer.Ordinal);

    /// <summary>Writes the model.</summary>
    public static string Write(AbiModel model)
    {
        var text = new StringBuilder();
        text.Append("abi ").Append(FormatVersion.ToString(CultureInfo.InvariantCulture)).Append('\n');
        text.Append("source ").Append(model.Source).Append(' ').Append(model.Release).Append('\n');
        text.Append("targets ").Append(string.Join(" ", model.Targets)).Append('\n');
        string header = "";
        int declarations = 0;
        foreach (IGrouping<string, AbiItem> variants in Order(model.Items).GroupBy(Shape, StringComparer.Ordinal))
        {
            AbiItem[] items = variants.OrderBy(item => IndexOf(model, item.Targets[0])).ToArray();
            if (items[0].Header != header)
            {
                header = items[0].Header;
                text.Append("\nheader ").Append(header).Append('\n');
            }

            WriteItem(text, items, model);
            declarations++;
        }

        text.Append("\nend ").Append(declarations.ToString(CultureInfo.InvariantCulture)).Append('\n');
        return text.ToString();
    }

    /// <summary>What the variants of one declaration, which differ between targets in numbers only, have in common.</summary>
    private static string Shape(AbiItem item)
    {
        var text = new StringBuilder(item.Header).Append('\n').Append(item.Line).Append('\n').Append(Keyword(item)).Append(item.Name);
        switch (item)
        {
            case AbiRecord record:
                foreach (AbiField field in record.Fields)
                    text.Append('\n').Append(field.Name).Append(field.IsBitField ? ':' : ' ').Append(field.Type);
                break;
            case AbiEnum enumeration:
                text.Append(enumeration.Type);
                foreach (AbiEnumMember member in enumeration.Members)
                    text.Append('\n').Append(member.Value).Append(' ').Append(member.Name);
                break;
            case AbiString literal:
                text.Append(literal.Value);
                break;
        }

        return text.ToString();
    }

    private static int IndexOf(AbiModel model, string target) => model.Targets.TakeWhile(other => other != target).Count();

    private static void WriteItem(StringBuilder text, AbiItem[] variants, AbiModel model)
    {
        AbiItem item = variants[0];
        text.Append(item.Line.ToString(CultureInfo.InvariantCulture)).Append(' ');
        text.Append(Keyword(item)).Append(item.Name);
        string[] targets = variants.SelectMany(static variant => variant.Targets).OrderBy(target => IndexOf(model, target)).ToArray();
        if (targets.Length != model.Targets.Count)
            text.Append(" on ").Append(string.Join(",", targets));
        switch (item)
        {
            case AbiRecord:
                WriteRecord(text, Array.ConvertAll(variants, static variant => (AbiRecord)variant));
                break;
            case AbiEnum enumeration:
                text.Append(" = ").Append(enumeration.Type).Append('\n');
                foreach (AbiEnumMember member in enumeration.Members)
                    text.Append("  ").Append(member.Value).Append(' ').Append(member.Name).Append('\n');
                break;
            case AbiTypedef:
                WriteVariants(text.Append(" = "), variants, static variant => ((AbiTypedef)variant).Type.ToString());
                break;
            case AbiConstant:
                WriteVariants(text.Append(" = "), variants, static variant => ValueOf((AbiConstant)variant));
                break;
            case AbiString literal:
                text.Append(" = ").Append(AbiTextEscape.Quote(literal.Value)).Append('\n');
                break;
        }
    }

    private static void WriteRecord(StringBuilder text, AbiRecord[] variants)
    {
        WriteVariants(text.Append(' '), variants, static record =>
            "size " + record.Size.ToString(CultureInfo.InvariantCulture) + " align " + record.Align.ToString(CultureInfo.InvariantCulture));
        for (int i = 0; i < variants[0].Fields.Count; i++)
        {
            AbiField field = variants[0].Fields[i];
            string place = PlaceOf(field);
            text.Append("  ").Append(place).Append(' ').Append(field.Name.Length == 0 ? "-" : field.Name).Append(' ').Append(field.Type);
            foreach (AbiRecord variant in variants.Skip(1))
            {
                string other = PlaceOf(variant.Fields[i]);
                if (other != place)
                    text.Append(" | ").Append(string.Join(",", variant.Targets)).Append(' ').Append(other);
            }

            text.Append('\n');
        }
    }

    private static void WriteVariants<T>(StringBuilder text, T[] variants, Func<T, string> write)
        where T : AbiItem
    {
        text.Append(write(variants[0]));
        foreach (T variant in variants.Skip(1))
            text.Append(" | ").Append(string.Join(",", variant.Targets)).Append(' ').Append(write(variant));
        text.Append('\n');
    }

    private static string PlaceOf(AbiField field)
    {
        string place = "@" + field.ByteOffset.ToString(CultureInfo.InvariantCulture);
        return field.IsBitField
            ? place + "." + (field.BitOffset % 8).ToString(CultureInfo.InvariantCulture) + ":"
                + field.BitWidth.ToString(CultureInfo.InvariantCulture)
            : place;
    }

    private static string ValueOf(AbiConstant constant) =>
        constant.Type == AbiType.Int ? constant.Value : constant.Type + " " + constant.Value;

    private static string Keyword(AbiItem item) => item switch
    {
        AbiRecord { IsUnion: true } => "union ",
        AbiRecord => "struct ",
        AbiEnum => "enum ",
        AbiTypedef => "typedef ",
        AbiConstant or AbiString => "",
        _ => throw new ArgumentException("unknown item " + item.GetType().Name, nameof(item)),
    };
}

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
    public const int FormatVersion = 1;

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
        foreach (AbiItem item in Order(model.Items))
        {
            if (item.Header != header)
            {
                header = item.Header;
                text.Append("\nheader ").Append(header).Append('\n');
            }

            WriteItem(text, item, onAll: item.Targets.Count == model.Targets.Count);
        }

        return text.ToString();
    }

    private static void WriteItem(StringBuilder text, AbiItem item, bool onAll)
    {
        text.Append(Keyword(item)).Append(' ').Append(item.Name);
        text.Append(" line ").Append(item.Line.ToString(CultureInfo.InvariantCulture));
        if (!onAll)
            text.Append(" on ").Append(string.Join(",", item.Targets));
        switch (item)
        {
            case AbiRecord record:
                WriteRecord(text, record);
                break;
            case AbiEnum enumeration:
                text.Append(" = ").Append(enumeration.Type).Append('\n');
                foreach (AbiEnumMember member in enumeration.Members)
                    text.Append("  ").Append(member.Value).Append(' ').Append(member.Name).Append('\n');
                break;
            case AbiTypedef typedef:
                text.Append(" = ").Append(typedef.Type).Append('\n');
                break;
            case AbiConstant constant:
                text.Append(" = ").Append(constant.Type).Append(' ').Append(constant.Value).Append('\n');
                break;
            case AbiString literal:
                text.Append(" = ").Append(AbiTextEscape.Quote(literal.Value)).Append('\n');
                break;
        }
    }

    private static void WriteRecord(StringBuilder text, AbiRecord record)
    {
        text.Append(" size ").Append(record.Size.ToString(CultureInfo.InvariantCulture));
        text.Append(" align ").Append(record.Align.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (AbiField field in record.Fields)
        {
            text.Append("  @").Append(field.ByteOffset.ToString(CultureInfo.InvariantCulture));
            if (field.IsBitField)
            {
                text.Append('.').Append((field.BitOffset % 8).ToString(CultureInfo.InvariantCulture));
                text.Append(':').Append(field.BitWidth.ToString(CultureInfo.InvariantCulture));
            }

            text.Append(' ').Append(field.Name.Length == 0 ? "-" : field.Name);
            text.Append(' ').Append(field.Type).Append('\n');
        }
    }

    private static string Keyword(AbiItem item) => item switch
    {
        AbiRecord { IsUnion: true } => "union",
        AbiRecord => "struct",
        AbiEnum => "enum",
        AbiTypedef => "typedef",
        AbiConstant => "const",
        AbiString => "string",
        _ => throw new ArgumentException("unknown item " + item.GetType().Name, nameof(item)),
    };
}

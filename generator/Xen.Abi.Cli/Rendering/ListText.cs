using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Xen.Abi.Cli.Catalog;

namespace Xen.Abi.Cli.Rendering;

/// <summary>Prints a list of declarations.</summary>
internal static class ListText
{
    private const int WidestName = 48;
    private const int WidestDetail = 24;
    private const int KindWidth = 8;

    /// <summary>As a table: kind, name, size or value, place, and the targets unless those are all that were asked for.</summary>
    public static string Table(IReadOnlyList<ListEntry> entries, IReadOnlyList<string> targets)
    {
        bool several = entries.Select(static entry => entry.Release).Distinct().Count() > 1;
        int names = Width(entries, WidestName, static entry => entry.Item.Name);
        int details = Width(entries, WidestDetail, static entry => entry.Detail);
        var text = new StringBuilder();
        foreach (ListEntry entry in entries)
        {
            text.Append(ItemKind.Of(entry.Item).PadRight(KindWidth))
                .Append(entry.Item.Name.PadRight(names)).Append("  ")
                .Append(entry.Detail.PadRight(details)).Append("  ")
                .Append(entry.Item.Header).Append(':').Append(entry.Item.Line);
            if (several)
                text.Append("  ").Append(entry.Release.FullName);
            if (!targets.Where(entry.Release.Has).SequenceEqual(entry.Targets))
                text.Append("  on ").AppendJoin(", ", entry.Targets);
            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>As a JSON array.</summary>
    public static string Json(IReadOnlyList<ListEntry> entries) => JsonText.Of(json =>
    {
        json.WriteStartArray();
        foreach (ListEntry entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("name", entry.Item.Name);
            json.WriteString("kind", ItemKind.Of(entry.Item));
            json.WriteString("detail", entry.Detail);
            json.WriteString("header", entry.Item.Header);
            json.WriteNumber("line", entry.Item.Line);
            json.WriteString("release", entry.Release.FullName);
            json.WriteStartArray("arch");
            foreach (string target in entry.Targets)
                json.WriteStringValue(target);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static int Width(IReadOnlyList<ListEntry> entries, int widest, Func<ListEntry, string> text) =>
        Math.Min(widest, entries.Select(entry => text(entry).Length).DefaultIfEmpty(0).Max());
}

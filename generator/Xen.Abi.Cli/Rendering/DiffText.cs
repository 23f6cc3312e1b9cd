using System.Collections.Generic;
using System.Linq;
using System.Text;
using Xen.Abi.Cli.Comparison;

namespace Xen.Abi.Cli.Rendering;

/// <summary>Prints the differences between two sides.</summary>
internal static class DiffText
{
    /// <summary>Grouped by header; <c>+</c> was added, <c>-</c> was removed, <c>~</c> has changed.</summary>
    public static string Of(Side from, Side to, IReadOnlyList<Change> changes)
    {
        var text = new StringBuilder($"--- {from.Name}\n+++ {to.Name}\n");
        int targets = Side.Pair(from, to).Count;
        foreach (IGrouping<string, Change> header in changes.GroupBy(static change => change.Header))
        {
            text.Append('\n').Append(header.Key).Append('\n');
            foreach (Change change in header)
                Append(text, change, change.Targets.Count == targets ? "" : $"  on {string.Join(", ", change.Targets)}");
        }

        text.Append('\n').AppendJoin(", ", changes.GroupBy(static change => change.How).OrderBy(static same => same.Key)
            .Select(static same => $"{same.Count()} {Word(same.Key)}"));
        return changes.Count == 0 ? "" : text.Append('\n').ToString();
    }

    /// <summary>The differences as JSON.</summary>
    public static string Json(Side from, Side to, IReadOnlyList<Change> changes) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("from", from.Name);
        json.WriteString("to", to.Name);
        json.WriteStartArray("changes");
        foreach (Change change in changes)
        {
            json.WriteStartObject();
            json.WriteString("change", Word(change.How));
            json.WriteString("name", change.Name);
            json.WriteString("kind", change.Kind);
            json.WriteString("header", change.Header);
            json.WriteStartArray("arch");
            foreach (string target in change.Targets)
                json.WriteStringValue(target);
            json.WriteEndArray();
            json.WriteStartArray("details");
            foreach (Detail detail in change.Details)
            {
                json.WriteStartObject();
                json.WriteString("change", Word(detail.How));
                json.WriteString("member", detail.Member);
                json.WriteString("what", detail.What);
                json.WriteString("from", detail.From);
                json.WriteString("to", detail.To);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Append(StringBuilder text, Change change, string targets)
    {
        string summary = change.Summary.Length == 0 ? "" : $" = {change.Summary}";
        text.Append("  ").Append(Mark(change.How)).Append(' ').Append(change.Kind).Append(' ').Append(change.Name)
            .Append(summary).Append(targets).Append('\n');
        foreach (Detail detail in change.Details)
        {
            text.Append("      ");
            if (detail.How != ChangeKind.Changed)
                text.Append(Mark(detail.How)).Append(' ').Append(detail.Member).Append(' ').Append(detail.From).Append(detail.To);
            else
                text.Append($"{detail.Member} {detail.What}: {detail.From} -> {detail.To}".TrimStart());
            text.Append('\n');
        }
    }

    private static char Mark(ChangeKind how) => how switch
    {
        ChangeKind.Added => '+',
        ChangeKind.Removed => '-',
        _ => '~',
    };

    private static string Word(ChangeKind how) => how switch
    {
        ChangeKind.Added => "added",
        ChangeKind.Removed => "removed",
        _ => "changed",
    };
}

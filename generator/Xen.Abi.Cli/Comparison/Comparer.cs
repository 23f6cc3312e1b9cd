using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Cli.Rendering;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Comparison;

/// <summary>Finds what differs between two sides.</summary>
internal static class Comparer
{
    /// <summary>All differences, ordered by header, line and name; each once, with the targets that have it.</summary>
    public static IReadOnlyList<Change> Compare(Metadata metadata, Side from, Side to, NamePattern names)
    {
        IReadOnlyList<(string From, string To)> pairs = Side.Pair(from, to);
        var found = new List<Change>();
        foreach ((string left, string right) in pairs)
        {
            Scope a = ScopeOf(metadata, from.Release, left);
            Scope b = ScopeOf(metadata, to.Release, right);
            foreach (Change change in Compare(a, b, names))
            {
                int same = found.FindIndex(other => AreAlike(other, change));
                if (same < 0)
                    found.Add(change with { Targets = [right] });
                else
                    found[same] = found[same] with { Targets = [.. found[same].Targets, right] };
            }
        }

        return
        [
            .. found.OrderBy(static change => change.Header, StringComparer.Ordinal)
                .ThenBy(static change => change.Line)
                .ThenBy(static change => change.Name, StringComparer.Ordinal),
        ];
    }

    private static Scope ScopeOf(Metadata metadata, Release release, string target) =>
        new(release, target, !release.IsXen && metadata.NewestXen.Has(target) ? new Scope(metadata.NewestXen, target) : null);

    private static bool AreAlike(Change left, Change right) =>
        left.Name == right.Name && left.Kind == right.Kind && left.How == right.How && left.Header == right.Header
        && left.Line == right.Line && left.Summary == right.Summary && left.Details.SequenceEqual(right.Details);

    private static IEnumerable<Change> Compare(Scope from, Scope to, NamePattern names)
    {
        Dictionary<(int, string), AbiItem> left = Index(from, names);
        Dictionary<(int, string), AbiItem> right = Index(to, names);
        foreach (((int, string) key, AbiItem old) in left)
        {
            if (!right.TryGetValue(key, out AbiItem? now))
                yield return Whole(old, ChangeKind.Removed);
            else if (DetailsOf(from, old, to, now) is { Count: > 0 } details)
                yield return new Change(now.Header, now.Line, ItemKind.Of(now), now.Name, ChangeKind.Changed, "", details);
        }

        foreach (((int, string) key, AbiItem now) in right)
        {
            if (!left.ContainsKey(key))
                yield return Whole(now, ChangeKind.Added);
        }
    }

    /// <summary>What has a name of its own, by its space of names: tags, typedefs, all else.</summary>
    private static Dictionary<(int Space, string Name), AbiItem> Index(Scope scope, NamePattern names)
    {
        var items = new Dictionary<(int, string), AbiItem>();
        foreach (AbiItem item in scope.Items.Where(item => !item.Name.Contains('.', StringComparison.Ordinal) && names.Matches(item.Name)))
            items.TryAdd((item is AbiRecord or AbiEnum ? 0 : item is AbiTypedef ? 1 : 2, item.Name), item);
        return items;
    }

    private static Change Whole(AbiItem item, ChangeKind how) =>
        new(item.Header, item.Line, ItemKind.Of(item), item.Name, how, ListEntry.DetailOf(item), []);

    private static List<Detail> DetailsOf(Scope from, AbiItem old, Scope to, AbiItem now)
    {
        var details = new List<Detail>();
        Difference(details, "", "kind", ItemKind.Of(old), ItemKind.Of(now));
        switch (old, now)
        {
            case (AbiRecord a, AbiRecord b):
                Difference(details, "", "size", Text(a.Size), Text(b.Size));
                Difference(details, "", "align", Text(a.Align), Text(b.Align));
                Members(details, Member.Of(from, a), Member.Of(to, b), static member => $"{member.Place} {member.Type}", Differences);
                break;
            case (AbiEnum a, AbiEnum b):
                Difference(details, "", "type", CDeclarator.Declare(a.Type, ""), CDeclarator.Declare(b.Type, ""));
                Members(
                    details, Values(a), Values(b), static value => value,
                    static (details, name, x, y) => Difference(details, name, "value", x, y));
                break;
            case (AbiTypedef a, AbiTypedef b):
                Difference(details, "", "type", CDeclarator.Declare(a.Type, ""), CDeclarator.Declare(b.Type, ""));
                if (from.Record(a.Type) is null)
                    Difference(details, "", "size", Text(from.SizeOf(a.Type)), Text(to.SizeOf(b.Type)));
                break;
            case (AbiConstant a, AbiConstant b):
                Difference(details, "", "value", a.Value, b.Value);
                Difference(details, "", "type", CDeclarator.Declare(a.Type, ""), CDeclarator.Declare(b.Type, ""));
                break;
            case (AbiString a, AbiString b):
                Difference(details, "", "value", AbiTextEscape.Quote(a.Value), AbiTextEscape.Quote(b.Value));
                break;
        }

        return details;
    }

    private static void Differences(List<Detail> details, string path, Member from, Member to)
    {
        Difference(details, path, "offset", from.Place, to.Place);
        Difference(details, path, "type", from.Type, to.Type);
        Difference(details, path, "size", from.Size, to.Size);
    }

    private static void Members<T>(
        List<Detail> details,
        IReadOnlyList<KeyValuePair<string, T>> from,
        IReadOnlyList<KeyValuePair<string, T>> to,
        Func<T, string> describe,
        Action<List<Detail>, string, T, T> compare)
    {
        ILookup<string, T> old = from.ToLookup(static member => member.Key, static member => member.Value);
        ILookup<string, T> now = to.ToLookup(static member => member.Key, static member => member.Value);
        foreach ((string path, T member) in from)
        {
            if (!now.Contains(path))
                Once(new Detail(ChangeKind.Removed, path, "member", describe(member), ""));
            else
                compare(details, path, member, now[path].First());
        }

        foreach ((string path, T member) in to.Where(member => !old.Contains(member.Key)))
            Once(new Detail(ChangeKind.Added, path, "member", "", describe(member)));

        // What is inside a member comes and goes with it.
        void Once(Detail detail)
        {
            if (!details.Exists(other => other.How == detail.How && detail.Member.StartsWith(other.Member + ".", StringComparison.Ordinal)))
                details.Add(detail);
        }
    }

    private static KeyValuePair<string, string>[] Values(AbiEnum enumeration) =>
        [.. enumeration.Members.Select(static member => KeyValuePair.Create(member.Name, member.Value))];

    private static void Difference(List<Detail> details, string member, string what, string from, string to)
    {
        if (from != to)
            details.Add(new Detail(ChangeKind.Changed, member, what, from, to));
    }

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "?";
}

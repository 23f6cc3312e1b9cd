using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Rendering;

/// <summary>One declaration in a list.</summary>
/// <param name="Release">The release that declares it.</param>
/// <param name="Item">The declaration, as on the first target.</param>
/// <param name="Detail">Size or value.</param>
/// <param name="Targets">The targets that have it so.</param>
internal sealed record ListEntry(Release Release, AbiItem Item, string Detail, IReadOnlyList<string> Targets)
{
    /// <summary>The entries of a selection; what differs between targets in size or value is an entry for each.</summary>
    public static IEnumerable<ListEntry> Of(Selection selection, Func<AbiItem, bool> filter) =>
        from scope in selection.Scopes
        from item in scope.Items
        where filter(item)
        group (scope.Target, Item: item)
            by (scope.Release, item.Header, item.Line, item.Name, Kind: ItemKind.Of(item), Detail: DetailOf(item)) into entry
        orderby entry.Key.Release.IsXen descending, entry.Key.Release.FullName, entry.Key.Header, entry.Key.Line, entry.Key.Name
        select new ListEntry(entry.Key.Release, entry.First().Item, entry.Key.Detail, [.. entry.Select(static part => part.Target)]);

    /// <summary>The size or value of a declaration.</summary>
    public static string DetailOf(AbiItem item) => item switch
    {
        AbiRecord record => $"{record.Size} bytes",
        AbiEnum enumeration => $"{enumeration.Members.Count} values",
        AbiTypedef typedef => CDeclarator.Declare(typedef.Type, ""),
        AbiConstant constant => constant.Value,
        AbiString literal => AbiTextEscape.Quote(literal.Value),
        _ => "",
    };
}

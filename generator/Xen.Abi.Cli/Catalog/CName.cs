using System;
using System.Collections.Generic;
using System.Linq;

namespace Xen.Abi.Cli.Catalog;

/// <summary>A name as C writes it: <c>ioreq</c>, or <c>struct ioreq</c>.</summary>
internal static class CName
{
    private static readonly string[] Tags = ["struct", "union", "enum"];

    /// <summary>Whether there is one name, and nothing before it but what may be.</summary>
    public static bool IsOne(IEnumerable<string> words) =>
        Words(words) is [_] || (Words(words) is [var tag, _] && Tags.Contains(tag));

    /// <summary>The kind, if one stands there, and the name.</summary>
    public static (string? Kind, string Name) Split(IEnumerable<string> words) => Words(words) switch
    {
        [.., var tag, var name] when Tags.Contains(tag) => (tag, name),
        [.., var name] => (null, name),
        _ => (null, ""),
    };

    private static string[] Words(IEnumerable<string> words) =>
        [.. words.SelectMany(static word => word.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}

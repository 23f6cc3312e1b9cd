using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Checking;

/// <summary>How C spells the records and enumerations of the metadata.</summary>
/// <param name="scope">The metadata.</param>
/// <param name="withoutTag">Those whose name is not a tag but a typedef.</param>
internal sealed class CNames(Scope scope, IReadOnlySet<string> withoutTag)
{
    private const string AnonymousMark = "@";

    /// <summary>Whether a record stands in another one without tag and name.</summary>
    public static bool IsAnonymous(AbiRecord record) => LastPart(record.Name).StartsWith(AnonymousMark, StringComparison.Ordinal);

    /// <summary>All names that may be tags.</summary>
    public static IEnumerable<AbiItem> PossibleTags(Scope scope) => scope.Items.Where(static item =>
        item is AbiRecord or AbiEnum && !item.Name.Contains('.', StringComparison.Ordinal));

    /// <summary>A name with the keyword of its kind.</summary>
    public static string Tagged(AbiItem item) => ItemKind.Of(item) + " " + item.Name;

    /// <summary>The C type of a record or enumeration; of an anonymous record, the one around it.</summary>
    public string Of(AbiItem item)
    {
        if (!item.Name.Contains('.', StringComparison.Ordinal))
            return withoutTag.Contains(item.Name) ? item.Name : Tagged(item);
        return $"__typeof__({Access(item.Name)})";
    }

    /// <summary>An expression for a nested record: <c>((struct root *)0)->member.member</c>.</summary>
    private string Access(string name)
    {
        int dot = name.LastIndexOf('.');
        if (dot < 0)
            return $"(*({Of(scope.Find(name)[0])} *)0)";
        string parent = name[..dot];
        string member = LastPart(name);
        string access = Access(parent);
        if (member.StartsWith(AnonymousMark, StringComparison.Ordinal))
            return access;
        access = $"{access}.{member}";
        AbiType? type = (scope.Find(parent).OfType<AbiRecord>().FirstOrDefault()?.Fields.FirstOrDefault(field => field.Name == member))?.Type;
        for (; type is { Kind: AbiTypeKind.Array or AbiTypeKind.Pointer }; type = type.Element)
            access = $"(*{access})";
        return access;
    }

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];
}

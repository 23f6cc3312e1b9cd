using System.Collections.Generic;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Catalog;

/// <summary>The words for the kinds of declaration.</summary>
internal static class ItemKind
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = ["struct", "union", "enum", "typedef", "const", "string"];

    /// <summary>The kind of an item.</summary>
    public static string Of(AbiItem item) => item switch
    {
        AbiRecord { IsUnion: true } => "union",
        AbiRecord => "struct",
        AbiEnum => "enum",
        AbiTypedef => "typedef",
        AbiConstant => "const",
        _ => "string",
    };
}

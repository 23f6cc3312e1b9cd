using System;
using System.Collections.Generic;
using System.Linq;

namespace Xen.Store.Cli.Trees;

/// <summary>A node with all below it, as a store or a file has it; what is not known is null.</summary>
internal sealed class TreeNode
{
    /// <summary>The value.</summary>
    public byte[]? Value { get; set; }

    /// <summary>The permissions.</summary>
    public IReadOnlyList<XenStorePermission>? Permissions { get; set; }

    /// <summary>The nodes right below, in the daemon's order or that of the file.</summary>
    public OrderedDictionary<string, TreeNode> Children { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it could be read at all.</summary>
    public bool IsReadable { get; private init; } = true;

    /// <summary>How many nodes could not be read.</summary>
    public int UnreadableCount => (IsReadable ? 0 : 1) + Children.Values.Sum(static child => child.UnreadableCount);

    /// <summary>Drops what is further below.</summary>
    /// <param name="levels">How many levels stay; 0 for the node alone.</param>
    public void Cut(int levels)
    {
        if (levels == 0)
            Children.Clear();
        foreach (var child in Children.Values)
            child.Cut(levels - 1);
    }

    /// <summary>The tree of a snapshot.</summary>
    public static TreeNode Of(XenStoreNode node)
    {
        var tree = new TreeNode
        {
            Value = node.IsReadable ? node.Value.ToArray() : null,
            Permissions = node.IsReadable ? node.Permissions : null,
            IsReadable = node.IsReadable,
        };
        foreach (var child in node.Children)
            tree.Children[child.Name] = Of(child);
        return tree;
    }
}

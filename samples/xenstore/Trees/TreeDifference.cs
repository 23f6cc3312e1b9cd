using System;
using System.Collections.Generic;
using System.Linq;

namespace Xen.Store.Cli.Trees;

/// <summary>In what two trees differ. A part that one of them does not tell of a node is no difference.</summary>
internal static class TreeDifference
{
    /// <summary>Finds the differences; of a node that is missing, each node below it is one.</summary>
    public static IEnumerable<NodeChange> Find(TreeNode? old, TreeNode? current, string path = "")
    {
        if (old is null || current is null)
        {
            yield return new NodeChange(path, old, current, false, false);
        }
        else
        {
            var isOtherValue = old.Value is { } first && current.Value is { } second && !first.AsSpan().SequenceEqual(
                second);
            var areOther = old.Permissions is { } former && current.Permissions is { } latter && !former.SequenceEqual(
                latter);
            if (isOtherValue || areOther)
                yield return new NodeChange(path, old, current, isOtherValue, areOther);
        }

        foreach (var name in Names(old).Concat(Names(current).Where(name => old?.Children.ContainsKey(name) != true)))
        {
            foreach (var change in Find(Child(old, name), Child(current, name), path.Length == 0 ? name : $"{path}/{name}"))
                yield return change;
        }
    }

    private static IEnumerable<string> Names(TreeNode? node) => node?.Children.Keys ?? Enumerable.Empty<string>();

    private static TreeNode? Child(TreeNode? node, string name) => node?.Children.GetValueOrDefault(name);
}

using Xen.Store.Cli.Output;
using Xen.Store.Cli.Text;

namespace Xen.Store.Cli.Trees;

/// <summary>A tree with guides.</summary>
internal sealed class TreeText(DataWriter output, Paint paint, bool withPermissions)
{
    /// <summary>Writes it.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="tree">The tree.</param>
    public void Write(string path, TreeNode tree)
    {
        output.WriteLine(paint.Name(path) + Describe("", tree));
        WriteChildren(tree, "");
    }

    private void WriteChildren(TreeNode node, string guides)
    {
        var left = node.Children.Count;
        foreach (var (name, child) in node.Children)
        {
            var isLast = --left == 0;
            output.WriteLine($"{guides}{(isLast ? "└── " : "├── ")}{paint.Name(name)}{Describe(name, child)}");
            WriteChildren(child, guides + (isLast ? "    " : "│   "));
        }
    }

    private string Describe(string name, TreeNode node)
    {
        if (!node.IsReadable)
            return paint.Removed(" (may not be read)");
        var text = node.Value is { Length: > 0 } value ? $" = {ValueString.Quote(value)}" : "";
        if (XenbusState.Name(name, node.Value) is { } state)
            text += paint.Remark($" ({state})");
        if (withPermissions && node.Permissions is { } permissions)
            text += paint.Remark($"  ({PermissionWords.Join(permissions)})");
        return text;
    }
}

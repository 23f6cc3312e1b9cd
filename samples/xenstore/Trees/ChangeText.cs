using System.Collections.Generic;
using Xen.Store.Cli.Output;
using Xen.Store.Cli.Text;

namespace Xen.Store.Cli.Trees;

/// <summary>A difference as lines of text.</summary>
internal static class ChangeText
{
    /// <summary>The lines: <c>-</c> gone, <c>+</c> new, <c>~</c> different.</summary>
    public static IEnumerable<string> Lines(NodeChange change, Paint paint)
    {
        var path = change.Path.Length == 0 ? "." : change.Path;
        if (change.New is null)
            yield return paint.Removed($"- {path}{Value(change.Old!)}");
        else if (change.Old is null)
            yield return paint.Added($"+ {path}{Value(change.New)}");
        if (change.IsOtherValue)
            yield return paint.Changed(
                $"~ {path} = {ValueString.Quote(change.Old!.Value!)} -> {ValueString.Quote(change.New!.Value!)}");
        if (change.ArePermissionsOther)
            yield return paint.Changed($"~ {path}  ({PermissionWords.Join(change.Old!.Permissions!)}) -> ({PermissionWords.Join(change.New!.Permissions!)})");
    }

    private static string Value(TreeNode node) => node.Value is { } value ? $" = {ValueString.Quote(value)}" : "";
}

namespace Xen.Store.Cli.Trees;

/// <summary>A node in which two trees differ.</summary>
/// <param name="Path">Where it is below both; empty for the roots.</param>
/// <param name="Old">The node of the first tree; null if it has none.</param>
/// <param name="New">The node of the second; null if it has none.</param>
/// <param name="IsOtherValue">Whether both have it, with different values.</param>
/// <param name="ArePermissionsOther">Whether both have it, with different permissions.</param>
internal sealed record NodeChange(
    string Path, TreeNode? Old, TreeNode? New, bool IsOtherValue, bool ArePermissionsOther);

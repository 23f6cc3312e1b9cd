namespace Xen.Store.Cli.Trees;

/// <summary>The properties of a node in JSON; each may be missing.</summary>
internal static class NodeJson
{
    /// <summary>The value, a string or <c>{"base64": …}</c>.</summary>
    public const string Value = "value";

    /// <summary>The permissions, an array of strings.</summary>
    public const string Permissions = "permissions";

    /// <summary>The nodes right below it, an object with a property per name.</summary>
    public const string Children = "children";
}

using Xen.Store;
using Xen.Store.Protocol;

namespace Xen.Testing.Store.Machine;

// The removal of nodes with all that is below them.
internal sealed partial class StoreStep
{
    private XenStoreError? RemoveTree(string path)
    {
        var error = TryRead(NodePaths.Parent(path), out var parent);
        if (parent is null)
            return IsForEverybody(error) ? error : XenStoreError.Invalid;
        if (!RemoveBranch(path, path))
            return XenStoreError.InputOutput;
        // A transaction may have looked at the parent before the child was made.
        var rest = parent.WithoutChild(NodePaths.Name(path));
        return rest is not null && WriteNode(NodePaths.Parent(path), rest, false) is null
            ? null
            : XenStoreError.InputOutput;
    }

    // As deep as a path is long: some thousand calls.
    private bool RemoveBranch(string path, string root)
    {
        _ = TryRead(path, out var node);
        if (node is null)
            return false;
        foreach (var name in new StringList(node.Children.Span))
        {
            if (!RemoveBranch(NodePaths.Child(path, name), root))
                return false;
            node = node.WithoutChild(name)!;
            if (WriteNode(path, node, false) is not null)
                return false;
        }

        DeleteNode(path);
        // While its permissions are at hand.
        Wake(path, node, path == root ? WatchScope.Ancestors : WatchScope.Node);
        CountNode(node.Owner, -1);
        return true;
    }

    /// <summary>Removes what a domain owns, with all that is below.</summary>
    /// <returns>False once there is nothing left of it.</returns>
    private bool RemoveOwned(string path, uint domain)
    {
        if (!State.Nodes.TryGetValue(path, out var node))
            return true;
        if (node.Owner == domain)
        {
            if (path == "/")
                GiveRootBack(node, domain);
            else
                RemoveTree(path);
            return path == "/" || State.Domains[domain].NodeCount > 0;
        }

        return RemoveOwnedBelow(path, node, domain);
    }

    private bool RemoveOwnedBelow(string path, StoreNode node, uint domain)
    {
        foreach (var name in new StringList(node.Children.Span))
        {
            if (!RemoveOwned(NodePaths.Child(path, name), domain))
                return false;
        }

        return true;
    }

    // There is always a root.
    private void GiveRootBack(StoreNode root, uint domain)
    {
        root = root with { Permissions = root.Permissions.SetItem(0, root.Permissions[0] with { Domain = 0 }) };
        Put("/", root);
        CountNode(domain, -1);
        CountNode(0, 1);
        RemoveOwnedBelow("/", root, domain);
    }
}

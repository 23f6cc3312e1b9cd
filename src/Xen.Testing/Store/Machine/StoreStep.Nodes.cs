using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Xen.Store;

namespace Xen.Testing.Store.Machine;

// Nodes one by one: what a request sees of them, and what becomes of them.
internal sealed partial class StoreStep
{
    // These two say nothing about the node, so everybody may know.
    private static bool IsForEverybody(XenStoreError? error) =>
        error is XenStoreError.OutOfMemory or XenStoreError.QuotaExceeded;

    private string? Absolute(string? path)
    {
        if (path is null || path.StartsWith('/') || path.StartsWith('@'))
            return path;
        return $"{NodePaths.OfDomain(Caller!.Domain)}/{path}";
    }

    private bool IsValid(string path) => NodePaths.IsValid(path, State.Quotas.PathLength);

    /// <summary>Reads a node without a question of permission.</summary>
    private XenStoreError? TryRead(string path, out StoreNode? node)
    {
        node = _transaction is { } transaction && transaction.Accessed.TryGetValue(path, out var accessed)
            ? accessed.Node
            : State.Nodes.GetValueOrDefault(path);
        if (node is not null)
            node = WithoutStrangers(node);
        var error = NoteAccess(path, node);
        if (error is not null)
            node = null;
        return error ?? (node is null ? XenStoreError.NotFound : null);
    }

    /// <summary>Finds a node on which the caller may do something. The error says nothing that it may not know.</summary>
    private XenStoreError? TryFind(string? path, NodeAccess access, [NotNullIfNotNull(nameof(path))] out string? absolute, out StoreNode? node)
    {
        node = null;
        absolute = Absolute(path);
        if (absolute is null || !IsValid(absolute))
            return XenStoreError.Invalid;
        var error = TryRead(absolute, out node);
        if (node is not null && (AccessOf(Caller!, node.Permissions) & access) != access)
        {
            node = null;
            error = XenStoreError.AccessDenied;
        }

        return error is null || IsForEverybody(error) ? error : AskAncestors(absolute, error.Value, access);
    }

    private XenStoreError AskAncestors(string path, XenStoreError error, NodeAccess access)
    {
        while (true)
        {
            path = NodePaths.Parent(path);
            var failure = TryRead(path, out var node);
            if (node is not null)
                return (AccessOf(Caller!, node.Permissions) & access) != 0 ? error : XenStoreError.AccessDenied;
            if (IsForEverybody(failure))
                return failure!.Value;
            if (path == "/")
                return XenStoreError.AccessDenied;
        }
    }

    private NodeAccess AccessOf(StoreConnection who, ImmutableArray<NodePermission> permissions)
    {
        var target = State.Domains.GetValueOrDefault(who.Domain)?.Target;
        bool IsIts(uint domain) => domain == who.Domain || domain == target;

        if (who.IsPrivileged || IsIts(permissions[0].Domain))
            return NodeAccess.All;
        foreach (var permission in permissions.AsSpan()[1..])
        {
            if (!permission.IsIgnored && IsIts(permission.Domain))
                return (NodeAccess)permission.Rights;
        }

        return (NodeAccess)permissions[0].Rights;
    }

    /// <summary>The node with its entries ignored that are for domains which are gone, or came later.</summary>
    private StoreNode WithoutStrangers(StoreNode node)
    {
        if (node.Permissions.Length == 1)
            return node;
        var permissions = node.Permissions;
        for (var index = 1; index < permissions.Length; index++)
        {
            var isOlder = State.Domains.TryGetValue(permissions[index].Domain, out var domain)
                && domain.Generation <= node.Generation;
            if (!isOlder && !permissions[index].IsIgnored)
                permissions = permissions.SetItem(index, permissions[index] with { IsIgnored = true });
        }

        return permissions == node.Permissions ? node : node with { Permissions = permissions };
    }

    private XenStoreError? WriteNode(string path, StoreNode node, bool isBounded)
    {
        State = State with { Generation = State.Generation + 1 };
        if (NoteAccess(path, node) is { } error)
            return error;
        node = WithoutStrangers(node with { Generation = State.Generation });
        if (isBounded && IsUnprivileged && node.Size >= Quota("node-size", State.Quotas.NodeSize))
        {
            FailTransaction();
            return XenStoreError.QuotaExceeded;
        }

        Put(path, node);
        return null;
    }

    private void DeleteNode(string path)
    {
        State = State with { Generation = State.Generation + 1 };
        Put(path, null);
    }

    private void Put(string path, StoreNode? node)
    {
        if (_transaction is { } transaction)
            _transaction = transaction with { Accessed = transaction.Accessed.SetItem(
                path, transaction.Accessed[path] with { Node = node, IsModified = true }) };
        else
            State = State with { Nodes = node is null ? State.Nodes.Remove(path) : State.Nodes.SetItem(path, node) };
    }

    private XenStoreError? CreateNode(string path, ReadOnlySpan<byte> value)
    {
        if (Construct(path, out var branch) is { } error)
            return error;
        if (_transaction is { } transaction)
            _transaction = transaction with { HasMadeNodes = true };
        branch[0] = (path, branch[0].Node with { Value = value.ToArray() });

        // From below. The last one was there before, and has a child more.
        for (var index = 0; index < branch.Count; index++)
        {
            var isNew = index < branch.Count - 1;
            var failure = isNew && HasAllNodes() ? XenStoreError.QuotaExceeded : WriteNode(branch[index].Path, branch[index].Node, true);
            if (failure is null && isNew && !CountNode(branch[index].Node.Owner, 1))
                failure = XenStoreError.OutOfMemory;
            if (failure is not null)
            {
                Undo(branch, index);
                return failure;
            }
        }

        return null;
    }

    private bool HasAllNodes() => IsUnprivileged && State.Domains[Caller!.Domain].NodeCount >= Quota("nodes", State.Quotas.Nodes);

    private void Undo(List<(string Path, StoreNode Node)> branch, int count)
    {
        foreach (var (path, node) in branch[..count])
        {
            Put(path, null);
            CountNode(node.Owner, -1);
            FailTransaction();
        }
    }

    /// <summary>The nodes that a new one needs, from itself up to the first that is there.</summary>
    private XenStoreError? Construct(string path, out List<(string Path, StoreNode Node)> branch)
    {
        branch = [];
        var names = new List<string>();
        StoreNode? parent;
        do
        {
            names.Add(path);
            path = NodePaths.Parent(path);
            var error = TryRead(path, out parent);
            if (parent is null && (error != XenStoreError.NotFound || path == "/"))
                return error;
        }
        while (parent is null);

        for (var index = names.Count - 1; index >= 0; index--)
        {
            branch.Insert(0, (path, parent.WithChild(NodePaths.Name(names[index]))));
            var permissions = parent.Permissions;
            if (IsUnprivileged)
                permissions = permissions.SetItem(0, permissions[0] with { Domain = Caller!.Domain });
            path = names[index];
            parent = new StoreNode { Permissions = permissions };
        }

        branch.Insert(0, (path, parent));
        return null;
    }
}

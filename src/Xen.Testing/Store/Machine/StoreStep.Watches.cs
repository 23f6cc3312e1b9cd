using System.Collections.Immutable;
using System.Globalization;
using Xen.Store;

namespace Xen.Testing.Store.Machine;

// Watches and their events.
internal sealed partial class StoreStep
{
    private const string IntroduceDomain = "@introduceDomain";
    private const string ReleaseDomain = "@releaseDomain";

    private XenStoreError? Watch(Payload payload)
    {
        int? depth = null;
        if (payload.Count != 2)
        {
            if (!Is421 || payload.Count != 3)
                return XenStoreError.Invalid;
            if (HasFeature(StoreFeatures.WatchDepth) && !payload[2].IsEmpty)
                depth = CNumber.ParseDecimal(payload[2]);
        }

        var given = payload.Text(0);
        var isSpecial = given.StartsWith('@');
        var path = Absolute(given)!;
        if (isSpecial ? !IsSpecial(given, depth) : depth < 0 || !IsValid(path))
            return XenStoreError.Invalid;
        var caller = Caller!;
        var token = payload.Text(1);
        if (Find(caller, path, token) is not null)
            return XenStoreError.AlreadyExists;
        if (IsUnprivileged && State.Domains[caller.Domain].WatchCount > Quota("watches", State.Quotas.Watches))
            return XenStoreError.TooBig;

        var baseLength = isSpecial || given.StartsWith('/') ? 0 : path.Length - given.Length - 1;
        var watch = new StoreWatch(path, token, baseLength, depth);
        SetCaller(caller with { Watches = caller.Watches.Add(watch) });
        CountWatches(1);
        Acknowledge();
        SendEvent(connection, watch.Name(path), token);
        return null;
    }

    private XenStoreError? Unwatch(Payload payload)
    {
        if (payload.Count != 2)
            return XenStoreError.Invalid;
        var caller = Caller!;
        if (Find(caller, Absolute(payload.Text(0))!, payload.Text(1)) is not { } watch)
            return XenStoreError.NotFound;
        SetCaller(caller with { Watches = caller.Watches.Remove(watch) });
        CountWatches(-1);
        return Acknowledge();
    }

    private XenStoreError? ResetWatches()
    {
        Reset(connection);
        return Acknowledge();
    }

    /// <summary>Ends the caller's connection.</summary>
    internal void Disconnect()
    {
        Reset(connection);
        State = State with { Connections = State.Connections.Remove(connection) };
    }

    /// <summary>Ends the watches and transactions of a connection.</summary>
    private void Reset(int number)
    {
        var caller = State.Connections[number];
        if (State.Domains.TryGetValue(caller.Domain, out var domain))
            SetDomain(caller.Domain, domain with { WatchCount = domain.WatchCount - caller.Watches.Count });
        State = State with
        {
            Connections = State.Connections.SetItem(number, caller with
            {
                Watches = [],
                Transactions = ImmutableSortedDictionary<uint, StoreTransaction>.Empty,
            }),
        };
    }

    private static StoreWatch? Find(StoreConnection caller, string path, string token) =>
        caller.Watches.Find(watch => watch.Path == path && watch.Token == token);

    private static bool IsSpecial(string path, int? depth)
    {
        // Depth 1 asks for the domain in the event's path.
        return path.Length <= XenStoreLimits.MaximumRelativePath && (depth is null or 0 or 1);
    }

    private void CountWatches(int count)
    {
        var number = Caller!.Domain;
        var domain = State.Domains[number];
        SetDomain(number, domain with { WatchCount = domain.WatchCount + count });
    }

    /// <summary>Tells the watches of a node that it changed, or notes that the commit is to.</summary>
    /// <param name="path">The node.</param>
    /// <param name="node">It as it was, if it is gone; null to look.</param>
    /// <param name="scope">Which watches.</param>
    /// <param name="permissions">Its permissions before, if they may have changed.</param>
    private void Wake(string path, StoreNode? node, WatchScope scope, ImmutableArray<NodePermission> permissions = default)
    {
        if (_transaction is { } transaction)
        {
            var accessed = transaction.Accessed[path];
            _transaction = transaction with
            {
                Accessed = transaction.Accessed.SetItem(path, accessed with { Wakes = Max(accessed.Wakes, scope) }),
            };
            return;
        }

        foreach (var (number, other) in State.Connections)
        {
            if (other.Watches.IsEmpty || !MayKnow(other, path, node, permissions))
                continue;
            foreach (var watch in other.Watches)
            {
                if (scope == WatchScope.Node ? watch.Path == path : watch.Covers(path))
                    SendEvent(number, watch.Name(path), watch.Token);
            }
        }
    }

    private static WatchScope Max(WatchScope one, WatchScope other) => one > other ? one : other;

    // Who may read the node, or could, or may read what is above it.
    private bool MayKnow(StoreConnection who, string path, StoreNode? node, ImmutableArray<NodePermission> permissions)
    {
        bool MayRead(ImmutableArray<NodePermission> entries) => (AccessOf(who, entries) & NodeAccess.Read) != 0;

        if (!permissions.IsDefault && MayRead(permissions))
            return true;
        node ??= Current(path);
        return node is not null
            && (MayRead(node.Permissions)
                || (Current(NodePaths.Parent(path)) is { } parent && MayRead(parent.Permissions)));
    }

    private StoreNode? Current(string path) =>
        State.Nodes.TryGetValue(path, out var node) ? WithoutStrangers(node) : null;

    /// <summary>Tells who may know that a domain came or went.</summary>
    private void WakeSpecial(string name, uint domain)
    {
        var permissions = name == IntroduceDomain ? State.IntroducePermissions : State.ReleasePermissions;
        var ofDomain = string.Create(CultureInfo.InvariantCulture, $"{name}/{domain}");
        foreach (var (number, other) in State.Connections)
        {
            if ((AccessOf(other, permissions) & NodeAccess.Read) == 0)
                continue;
            foreach (var watch in other.Watches)
            {
                if (watch.Path == name)
                    SendEvent(number, watch.Depth == 1 ? ofDomain : name, watch.Token);
                else if (Is421 && watch.Path == ofDomain)
                    SendEvent(number, ofDomain, watch.Token);
            }
        }
    }

    private XenStoreError? SetSpecialPermissions(string name, ImmutableArray<NodePermission> permissions)
    {
        if (name is not (IntroduceDomain or ReleaseDomain))
            return XenStoreError.Invalid;
        var current = name == IntroduceDomain ? State.IntroducePermissions : State.ReleasePermissions;
        const NodeAccess Needed = NodeAccess.Write | NodeAccess.Own;
        if ((AccessOf(Caller!, current) & Needed) != Needed)
            return XenStoreError.AccessDenied;
        State = name == IntroduceDomain
            ? State with { IntroducePermissions = permissions }
            : State with { ReleasePermissions = permissions };
        return null;
    }
}

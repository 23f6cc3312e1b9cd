using System.Collections.Immutable;

namespace Xen.Testing.Store.Machine;

/// <summary>An open transaction. Never changes.</summary>
internal sealed record StoreTransaction
{
    /// <summary>The nodes that it has looked at, by path.</summary>
    internal ImmutableDictionary<string, AccessedNode> Accessed { get; init; } =
        ImmutableDictionary<string, AccessedNode>.Empty;

    /// <summary>By how many nodes the owners' counts change, in the order in which they first did.</summary>
    internal ImmutableArray<(uint Domain, int Nodes)> Counts { get; init; } = [];

    /// <summary>Whether it made a node: then the owner's quota is looked at.</summary>
    internal bool HasMadeNodes { get; init; }

    /// <summary>Whether something failed that cannot be undone, so that it cannot be committed.</summary>
    internal bool HasFailed { get; init; }
}

using System.Collections.Immutable;

namespace Xen.Testing.Store.Machine;

/// <summary>A node that a transaction has looked at. Never changes.</summary>
internal sealed record AccessedNode
{
    /// <summary>How many nodes the transaction had looked at before.</summary>
    internal required int Order { get; init; }

    /// <summary>The node's generation when it was first looked at; null if there was none.</summary>
    internal ulong? Generation { get; init; }

    /// <summary>Its permissions at that time; the default if there was none.</summary>
    internal ImmutableArray<NodePermission> OriginalPermissions { get; init; }

    /// <summary>As the transaction sees it; null if it sees none.</summary>
    internal StoreNode? Node { get; init; }

    /// <summary>Whether the transaction changed it.</summary>
    internal bool IsModified { get; init; }

    /// <summary>Which watches the commit wakes.</summary>
    internal WatchScope Wakes { get; init; }
}

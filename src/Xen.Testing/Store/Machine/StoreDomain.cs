using System.Collections.Immutable;

namespace Xen.Testing.Store.Machine;

/// <summary>What the store knows of a domain. Never changes.</summary>
internal sealed record StoreDomain
{
    /// <summary>The generation of the store when it came to know the domain: older nodes' permissions are not for it.</summary>
    internal ulong Generation { get; init; }

    /// <summary>Whether it has been introduced; else some node names it.</summary>
    internal bool IsIntroduced { get; init; }

    /// <summary>Whether its shutdown has been told.</summary>
    internal bool IsShutdown { get; init; }

    /// <summary>Nodes that it owns.</summary>
    internal int NodeCount { get; init; }

    /// <summary>Watches of all of its connections.</summary>
    internal int WatchCount { get; init; }

    /// <summary>The domain that it may act for.</summary>
    internal uint? Target { get; init; }

    /// <summary>Bits of what its connection can do, where it has not all; as of Xen 4.21.</summary>
    internal uint? Features { get; init; }

    /// <summary>Quotas of its own, by name; as of Xen 4.21.</summary>
    internal ImmutableSortedDictionary<string, int> OwnQuotas { get; init; } = ImmutableSortedDictionary<string, int>.Empty;
}

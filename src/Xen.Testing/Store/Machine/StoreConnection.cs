using System.Collections.Immutable;

namespace Xen.Testing.Store.Machine;

/// <summary>A connection. Never changes.</summary>
internal sealed record StoreConnection
{
    /// <summary>Who is at the other end.</summary>
    internal required uint Domain { get; init; }

    /// <summary>Its watches, in the order of their making.</summary>
    internal ImmutableList<StoreWatch> Watches { get; init; } = [];

    /// <summary>Its open transactions.</summary>
    internal ImmutableSortedDictionary<uint, StoreTransaction> Transactions { get; init; } =
        ImmutableSortedDictionary<uint, StoreTransaction>.Empty;

    /// <summary>The number of the next transaction, if it is free.</summary>
    internal uint NextTransaction { get; init; } = 1;

    /// <summary>Whether it may do all.</summary>
    internal bool IsPrivileged => Domain == 0;
}

using System.Collections.Generic;

namespace Xen.Testing.Store;

/// <summary>What a domain may take of a store. The privileged domain, 0, may take all.</summary>
/// <remarks>
/// As in the C daemon, a bound on watches and transactions lets one more pass. The daemon's bound on memory is not played.
/// </remarks>
public sealed record StoreQuotas
{
    /// <summary>Nodes that it owns, at most.</summary>
    public int Nodes { get; init; } = 1000;

    /// <summary>Watches; the one that exceeds it by two is E2BIG.</summary>
    public int Watches { get; init; } = 128;

    /// <summary>Transactions of a connection at once; the one that exceeds it by two is ENOSPC.</summary>
    public int Transactions { get; init; } = 10;

    /// <summary>Replies that it has not taken yet; no further request is looked at until it has.</summary>
    public int Outstanding { get; init; } = 20;

    /// <summary>Nodes that a transaction may look at or change.</summary>
    public int TransactionNodes { get; init; } = 1024;

    /// <summary>
    /// Bytes of a node with its permissions (8 each), its value, its children's names with their NULs, and 24; must be
    /// fewer.
    /// </summary>
    public int NodeSize { get; init; } = 2048;

    /// <summary>Bytes of a path, less those of <c>/local/domain/N/</c>. Holds for the privileged domain, too.</summary>
    public int PathLength { get; init; } = 2048;

    /// <summary>Entries of a node's permissions.</summary>
    public int Permissions { get; init; } = 5;

    /// <summary>All, by the names that requests use.</summary>
    internal KeyValuePair<string, int>[] ByName =>
    [
        new("nodes", Nodes),
        new("watches", Watches),
        new("transactions", Transactions),
        new("outstanding", Outstanding),
        new("transaction-nodes", TransactionNodes),
        new("node-size", NodeSize),
        new("path-max", PathLength),
        new("permissions", Permissions),
    ];

    /// <summary>The same with another value for one of them.</summary>
    /// <param name="name">Which.</param>
    /// <param name="value">The value.</param>
    /// <returns>Null if there is none of that name.</returns>
    internal StoreQuotas? With(string name, int value) => name switch
    {
        "nodes" => this with { Nodes = value },
        "watches" => this with { Watches = value },
        "transactions" => this with { Transactions = value },
        "outstanding" => this with { Outstanding = value },
        "transaction-nodes" => this with { TransactionNodes = value },
        "node-size" => this with { NodeSize = value },
        "path-max" => this with { PathLength = value },
        "permissions" => this with { Permissions = value },
        _ => null,
    };
}

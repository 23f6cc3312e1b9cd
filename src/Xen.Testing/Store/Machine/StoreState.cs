using System;
using System.Collections.Immutable;
using System.Text;
using Xen.Store;

namespace Xen.Testing.Store.Machine;

/// <summary>A store: nodes, domains, connections, watches and transactions. Never changes; <see cref="StoreMachine"/> makes new ones.</summary>
public sealed record StoreState
{
    private StoreState()
    {
    }

    /// <summary>The release that is played.</summary>
    public StoreRelease Release { get; private init; }

    /// <summary>What domains may take.</summary>
    public StoreQuotas Quotas { get; internal init; } = new();

    /// <summary>Number of nodes.</summary>
    public int NodeCount => Nodes.Count;

    /// <summary>Number of connections.</summary>
    public int ConnectionCount => Connections.Count;

    /// <summary>By path, in ASCII.</summary>
    internal ImmutableDictionary<string, StoreNode> Nodes { get; init; } = ImmutableDictionary<string, StoreNode>.Empty;

    /// <summary>Counts what is written.</summary>
    internal ulong Generation { get; init; }

    /// <summary>By number.</summary>
    internal ImmutableSortedDictionary<uint, StoreDomain> Domains { get; init; } =
        ImmutableSortedDictionary<uint, StoreDomain>.Empty;

    /// <summary>The domains that the hypervisor has, and whether they are shut down; all but domain 0.</summary>
    internal ImmutableSortedDictionary<uint, bool> Machine { get; init; } = ImmutableSortedDictionary<uint, bool>.Empty;

    /// <summary>By number, which is the order of their making.</summary>
    internal ImmutableSortedDictionary<int, StoreConnection> Connections { get; init; } =
        ImmutableSortedDictionary<int, StoreConnection>.Empty;

    /// <summary>The number of the next connection.</summary>
    internal int NextConnection { get; init; } = 1;

    /// <summary>Who may watch <c>@introduceDomain</c>.</summary>
    internal ImmutableArray<NodePermission> IntroducePermissions { get; init; } = [new(XenStoreAccessRights.None, 0)];

    /// <summary>Who may watch <c>@releaseDomain</c>.</summary>
    internal ImmutableArray<NodePermission> ReleasePermissions { get; init; } = [new(XenStoreAccessRights.None, 0)];

    /// <summary>A store as the daemon begins with it: <c>/tool/xenstored</c>, and domain 0.</summary>
    /// <param name="options">How it is.</param>
    public static StoreState Create(StoreOptions? options = null)
    {
        options ??= new StoreOptions();
        return Empty(options) with
        {
            Generation = 3,
            Nodes = ImmutableDictionary<string, StoreNode>.Empty
                .Add("/", First(1, "tool\0"))
                .Add("/tool", First(2, "xenstored\0"))
                .Add("/tool/xenstored", First(3, "")),
            Domains = ImmutableSortedDictionary<uint, StoreDomain>.Empty
                .Add(0, new StoreDomain { IsIntroduced = true, NodeCount = 3 }),
        };
    }

    /// <summary>Whether a connection is there.</summary>
    /// <param name="connection">Its number.</param>
    public bool IsConnected(int connection) => Connections.ContainsKey(connection);

    /// <summary>A store without any node.</summary>
    /// <param name="options">How it is.</param>
    internal static StoreState Empty(StoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options.Quotas);
        return new StoreState { Release = options.Release, Quotas = options.Quotas };
    }

    private static StoreNode First(ulong generation, string children) => new()
    {
        Children = Encoding.ASCII.GetBytes(children),
        Permissions = [new NodePermission(XenStoreAccessRights.None, 0)],
        Generation = generation,
    };
}

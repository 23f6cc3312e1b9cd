using System;
using Xen.Store.Protocol;
using Xen.Sys;

namespace Xen.Testing.Store.Machine;

/// <summary>
/// XenStore as a function: of a store and what happens, to a store and what is sent. It waits for nothing, and knows no
/// time: the same arguments give the same result.
/// </summary>
/// <remarks>No request throws, whatever is in it.</remarks>
public static class StoreMachine
{
    /// <summary>Adds a connection.</summary>
    /// <param name="state">The store.</param>
    /// <param name="domain">Who connects; domain 0 may do all.</param>
    /// <param name="connection">Its number.</param>
    /// <exception cref="ArgumentException">The domain has not been introduced.</exception>
    public static StoreState Connect(StoreState state, DomainId domain, out int connection)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!IsIntroduced(state, domain))
            throw new ArgumentException($"domain {domain} has not been introduced", nameof(domain));
        connection = state.NextConnection;
        return state with
        {
            NextConnection = connection + 1,
            Connections = state.Connections.Add(connection, new StoreConnection { Domain = domain.Value }),
        };
    }

    /// <summary>Ends a connection, with its watches and transactions.</summary>
    /// <param name="state">The store.</param>
    /// <param name="connection">The connection; one that is not there is passed over.</param>
    public static StoreState Disconnect(StoreState state, int connection)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!state.IsConnected(connection))
            return state;
        var step = new StoreStep(state, connection);
        step.Disconnect();
        return step.Outcome.State;
    }

    /// <summary>Answers a request.</summary>
    /// <param name="state">The store.</param>
    /// <param name="connection">Who asks.</param>
    /// <param name="message">The request.</param>
    /// <exception cref="ArgumentException">There is no such connection.</exception>
    public static StoreOutcome Handle(StoreState state, int connection, in Message message)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!state.IsConnected(connection))
            throw new ArgumentException($"there is no connection {connection}", nameof(connection));
        var step = new StoreStep(state, connection);
        step.Run(message);
        return step.Outcome;
    }

    /// <summary>Whether a domain has been introduced.</summary>
    /// <param name="state">The store.</param>
    /// <param name="domain">The domain.</param>
    public static bool IsIntroduced(StoreState state, DomainId domain)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Domains.TryGetValue(domain.Value, out var known) && known.IsIntroduced;
    }

    /// <summary>The hypervisor has a domain: from now on, permissions may name it, and it can be introduced.</summary>
    /// <param name="state">The store.</param>
    /// <param name="domain">The domain; one that is there already is left as it is.</param>
    /// <exception cref="ArgumentException">It is no number of a domain.</exception>
    public static StoreState CreateDomain(StoreState state, DomainId domain)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!domain.IsOrdinary)
            throw new ArgumentException($"{domain} is no number of a domain", nameof(domain));
        return domain.Value == 0 || state.Machine.ContainsKey(domain.Value)
            ? state
            : state with { Machine = state.Machine.Add(domain.Value, false) };
    }

    /// <summary>Introduces a domain, as a toolstack does when it has built it; it is created if it is not there.</summary>
    /// <param name="state">The store.</param>
    /// <param name="domain">The domain.</param>
    /// <exception cref="ArgumentException">It is no number of a domain.</exception>
    public static StoreOutcome IntroduceDomain(StoreState state, DomainId domain)
    {
        var step = new StoreStep(CreateDomain(state, domain));
        step.Introduce(domain.Value);
        return step.Outcome;
    }

    /// <summary>A domain shuts down, or crashes; it is still there.</summary>
    /// <param name="state">The store.</param>
    /// <param name="domain">The domain; one that is not there is passed over.</param>
    public static StoreOutcome ShutdownDomain(StoreState state, DomainId domain)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Machine.ContainsKey(domain.Value)
            ? Check(state with { Machine = state.Machine.SetItem(domain.Value, true) })
            : new StoreOutcome(state, []);
    }

    /// <summary>A domain is destroyed. The nodes that it owns go with it.</summary>
    /// <param name="state">The store.</param>
    /// <param name="domain">The domain; one that is not there is passed over.</param>
    public static StoreOutcome DestroyDomain(StoreState state, DomainId domain)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Check(state with { Machine = state.Machine.Remove(domain.Value) });
    }

    private static StoreOutcome Check(StoreState state)
    {
        var step = new StoreStep(state);
        step.CheckDomains();
        return step.Outcome;
    }
}

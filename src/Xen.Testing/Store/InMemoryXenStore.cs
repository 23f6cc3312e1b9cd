using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Xen.Store;
using Xen.Store.Protocol;
using Xen.Sys;
using Xen.Testing.Store.Machine;

namespace Xen.Testing.Store;

/// <summary>A XenStore without a Xen: what the C daemon answers, from memory.</summary>
/// <remarks>
/// <para>Thread-safe. A request is answered on the thread that sends it, before <c>Send</c> returns.</para>
/// <para>
/// What a client has not received is kept without a bound, but for domains other than 0: while
/// <see cref="StoreQuotas.Outstanding"/> replies wait, no further request is looked at. What is sent ahead has some
/// 8 KiB of room; then <c>Send</c> waits.
/// </para>
/// <para>
/// As the daemon does, the store leaves out an event that is the same as one that the client has not received yet.
/// </para>
/// </remarks>
public sealed partial class InMemoryXenStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, StoreSession> _sessions = [];
    private readonly StoreOptions _options;
    private StoreState _state;
    private bool _isPaused;
    private bool _refusesConnections;

    /// <summary>Makes a store as the daemon begins with it: <c>/tool/xenstored</c> and nothing else.</summary>
    /// <param name="options">How it is; by default, like Xen 4.17's.</param>
    public InMemoryXenStore(StoreOptions? options = null)
    {
        _options = options ?? new StoreOptions();
        _state = StoreState.Create(_options);
    }

    /// <summary>The store as it is now; it does not change with what happens later.</summary>
    public StoreState State
    {
        get
        {
            lock (_gate)
                return _state;
        }
    }

    /// <summary>Number of connections.</summary>
    public int ConnectionCount
    {
        get
        {
            lock (_gate)
                return _sessions.Count;
        }
    }

    /// <summary>Whether nobody can connect, as if the daemon did not run. Connections that are there stay.</summary>
    public bool RefusesConnections
    {
        get
        {
            lock (_gate)
                return _refusesConnections;
        }

        set
        {
            lock (_gate)
                _refusesConnections = value;
        }
    }

    /// <summary>Opens a connection.</summary>
    /// <param name="domain">
    /// Who connects. Domain 0 may do all, as on the daemon's socket; another one is introduced if it is not yet, and can do
    /// what its ring would let it.
    /// </param>
    /// <exception cref="XenStoreConnectException">The store refuses connections.</exception>
    /// <exception cref="ArgumentException">It is no number of a domain.</exception>
    public IXenStoreTransport Connect(DomainId domain = default) =>
        new MemoryTransport(this, Open(domain, long.MaxValue));

    /// <summary>The way to this store for a client, which can connect again.</summary>
    /// <param name="domain">Who connects, as in <see cref="Connect"/>.</param>
    public XenStoreEndpoint Endpoint(DomainId domain = default) => new MemoryEndpoint(this, domain);

    /// <summary>Looks at no further request until <see cref="Resume"/>.</summary>
    public void Pause()
    {
        lock (_gate)
            _isPaused = true;
    }

    /// <summary>Answers what came meanwhile, and goes on.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            _isPaused = false;
            foreach (var session in _sessions.Values.ToArray())
                Pump(session);
        }
    }

    /// <summary>Ends all connections, as if the daemon had died and another one had its nodes.</summary>
    public void DisconnectAll()
    {
        lock (_gate)
        {
            foreach (var session in _sessions.Values.ToArray())
                End(session);
        }
    }

    /// <summary>
    /// Ends all connections and begins again with no nodes, as if the daemon had died and another one had been started.
    /// Domains are to be introduced again.
    /// </summary>
    public void Restart()
    {
        lock (_gate)
        {
            DisconnectAll();
            _state = StoreState.Create(_options) with { Machine = _state.Machine, NextConnection = _state.NextConnection };
        }
    }

    /// <summary>Opens a connection.</summary>
    /// <param name="domain">Who connects.</param>
    /// <param name="outputLimit">Bytes that may wait for the client; the connection ends when there are more.</param>
    internal StoreSession Open(DomainId domain, long outputLimit)
    {
        lock (_gate)
        {
            if (_refusesConnections)
                throw new XenStoreConnectException(MemoryEndpoint.MemoryName, "the store in memory refuses connections");
            if (!StoreMachine.IsIntroduced(_state, domain))
                Apply(StoreMachine.IntroduceDomain(_state, domain));
            _state = StoreMachine.Connect(_state, domain, out var connection);
            var session = new StoreSession(connection, domain, outputLimit);
            _sessions.Add(connection, session);
            return session;
        }
    }

    /// <summary>Takes bytes of a client, and answers what is complete.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="bytes">The bytes.</param>
    /// <returns>How many were taken; -1 at the end of the connection.</returns>
    internal int Take(StoreSession session, ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        lock (_gate)
        {
            while (!session.IsClosed && session.Input.FreeSpace is { IsEmpty: false } room && taken < bytes.Length)
            {
                var part = bytes[taken..];
                part = part[..int.Min(part.Length, room.Length)];
                part.CopyTo(room);
                session.Input.Advance(part.Length);
                taken += part.Length;
                Pump(session);
            }

            return taken == 0 && session.IsClosed ? -1 : taken;
        }
    }

    /// <summary>Gives a client what waits for it.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="buffer">Where it goes.</param>
    /// <returns>How many bytes; 0 if there are none; -1 at the end of the connection.</returns>
    internal int Give(StoreSession session, Span<byte> buffer)
    {
        lock (_gate)
        {
            var given = session.Take(buffer);
            if (given == 0 && session.IsClosed)
                return -1;
            if (given > 0 && session.Domain.Value != 0)
                Pump(session);
            return given;
        }
    }

    /// <summary>Ends a connection.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="isAbrupt">Whether what waits is lost.</param>
    internal void Close(StoreSession session, bool isAbrupt)
    {
        lock (_gate)
        {
            End(session);
            if (isAbrupt)
                session.Clear();
        }
    }

    private void Pump(StoreSession session)
    {
        while (!_isPaused && !session.IsClosed && !session.IsHeld(_state.Quotas.Outstanding))
        {
            switch (session.Input.Read(out var message))
            {
                case ParseStatus.Complete:
                    Apply(StoreMachine.Handle(_state, session.Connection, message));
                    StoreSession.Raise(session.Writable);
                    break;
                case ParseStatus.NeedMoreData:
                    return;
                default:
                    End(session);
                    return;
            }
        }
    }

    private void Apply(StoreOutcome outcome)
    {
        _state = outcome.State;
        foreach (var (connection, message) in outcome.Outputs)
        {
            if (!_sessions.TryGetValue(connection, out var session))
                continue;
            session.Append(message);
            if (!session.IsOverfull)
                continue;
            End(session);
            session.Overflowed?.Invoke();
        }

        if (_state.ConnectionCount == _sessions.Count)
            return;
        foreach (var session in _sessions.Values.Where(session => !_state.IsConnected(session.Connection)).ToArray())
            End(session);
    }

    private void End(StoreSession session)
    {
        if (!_sessions.Remove(session.Connection))
            return;
        session.IsClosed = true;
        _state = StoreMachine.Disconnect(_state, session.Connection);
        StoreSession.Raise(session.Readable);
        StoreSession.Raise(session.Writable);
    }
}

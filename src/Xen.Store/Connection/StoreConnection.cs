using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Xen.Store.Protocol;

namespace Xen.Store.Connection;

/// <summary>One connection to a daemon, from its opening to its end: many requests at a time over one stream.</summary>
/// <remarks>
/// Whoever needs an answer may be the one who receives, or the one who sends: two roles, each held by one thread at a
/// time. A thread of the connection's own takes the receiver's role when nobody else does and somebody waits. No lock is
/// held while a role is exercised.
/// </remarks>
internal sealed partial class StoreConnection : IDisposable
{
    private const int IncomingCapacity = 64 * 1024;

    // The daemon in OCaml answers with a list of names in one message, however long it is.
    private const int LongestReply = 1024 * 1024;

    private readonly object _gate = new();
    private readonly IXenStoreTransport _transport;
    private readonly string _endpoint;
    private readonly IConnectionOwner _owner;
    private readonly TimeSpan? _requestTimeout;
    private readonly PendingTable _pending;
    private readonly OutgoingBuffer _outgoing = new();
    private readonly MessageBuffer _incoming = new(IncomingCapacity, LongestReply);
    private readonly Timer? _timeouts;
    private Exception? _broken;

    private StoreConnection(
        IXenStoreTransport transport, XenStoreOptions options, IConnectionOwner owner, bool isOrdered)
    {
        _transport = transport;
        _endpoint = options.Endpoint.Name;
        _owner = owner;
        _requestTimeout = options.RequestTimeout;
        _pending = new PendingTable(options.MaximumRequestsInFlight, isOrdered);
        if (_requestTimeout is { } timeout)
            _timeouts = new Timer(static state => ((StoreConnection)state!).FailOverdue(), this, timeout / 2, timeout / 2);
    }

    /// <summary>Whether it is at its end.</summary>
    internal bool IsBroken => Volatile.Read(ref _broken) is not null;

    /// <summary>Opens one.</summary>
    /// <param name="options">Where to, and how.</param>
    /// <param name="owner">Gets its events.</param>
    /// <exception cref="XenStoreConnectException">There is no way to the daemon.</exception>
    internal static StoreConnection Open(XenStoreOptions options, IConnectionOwner owner)
    {
        var transport = options.Endpoint.Open();
        try
        {
            var isOrdered = transport.Traits.HasFlag(XenStoreTransportTraits.RewritesRequestIds)
                && !RequestIdProbe.AreKept(transport, options.ConnectTimeout);
            return new StoreConnection(transport, options, owner, isOrdered);
        }
        catch (IOException error)
        {
            transport.Dispose();
            throw new XenStoreConnectException(options.Endpoint.Name, error.Message, error);
        }
    }

    /// <summary>Ends it, and every request under way.</summary>
    public void Dispose() => Break(new ObjectDisposedException(nameof(XenStoreClient)));

    private void Break(Exception reason)
    {
        List<PendingEntry> entries;
        long sent;
        lock (_gate)
        {
            if (_broken is not null)
                return;
            _broken = reason;
            sent = Volatile.Read(ref _offered);
            entries = _pending.TakeAll();
            Monitor.PulseAll(_gate);
            LetAllIn();
        }

        _timeouts?.Dispose();
        _transport.Dispose();
        // Those that wait get to know after the owner, so that they find the next connection.
        _owner.OnBroken(this, reason);
        foreach (var entry in entries)
            entry.Target.OnFailure(entry.Tag, FailureOf(reason, wasSent: entry.Offset < sent));
    }

    private Exception FailureOf(Exception reason, bool wasSent) => reason is ObjectDisposedException
        ? new ObjectDisposedException(nameof(XenStoreClient))
        : new XenStoreDisconnectedException(_endpoint, reason.Message, wasSent, reason);

    private void FailOverdue()
    {
        var timeout = _requestTimeout!.Value;
        List<PendingEntry> entries;
        lock (_gate)
        {
            var limit = Stopwatch.GetTimestamp() - (long)(timeout.TotalSeconds * Stopwatch.Frequency);
            entries = _pending.ReplaceOlder(limit, ForgottenReply.Instance);
        }

        foreach (var entry in entries)
            entry.Target.OnFailure(entry.Tag, new XenStoreTimeoutException(RequestNames.Name(entry.Type), timeout));
    }
}

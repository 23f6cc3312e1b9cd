using System;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Connection;
using Xen.Store.Protocol;
using Xen.Store.Telemetry;

namespace Xen.Store.Watches;

/// <summary>The watches of a client, by the numbers that are their tokens.</summary>
internal sealed class WatchRegistry(XenStoreOptions options) : IReconnectionGuest
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, XenStoreWatch> _watches = [];
    private uint _lastNumber;
    private StoreConnection? _connection;
    private bool _hasEnded;

    /// <summary>Whether there are watches, for which events may come.</summary>
    public bool WantsConnection
    {
        get
        {
            lock (_gate)
                return _watches.Count > 0;
        }
    }

    /// <summary>Sends requests; set once the client has it.</summary>
    internal Requester? Requester { get; set; }

    /// <summary>Makes a watch, before the daemon knows of it: its first event may come before the answer.</summary>
    /// <param name="path">What is watched.</param>
    /// <param name="depth">How far below it; null for all.</param>
    internal XenStoreWatch Add(string path, int? depth)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_hasEnded, typeof(XenStoreClient));
            do
                _lastNumber++;
            while (_watches.ContainsKey(_lastNumber));
            var watch = new XenStoreWatch(this, path, depth, _lastNumber, options.WatchQueueCapacity);
            _watches.Add(watch.Number, watch);
            _connection?.ExpectEvents(true);
            return watch;
        }
    }

    /// <summary>Forgets a watch that the daemon does not know of.</summary>
    /// <param name="watch">The watch.</param>
    internal void Forget(XenStoreWatch watch)
    {
        lock (_gate)
        {
            if (_watches.Remove(watch.Number) && _watches.Count == 0)
                _connection?.ExpectEvents(false);
        }
    }

    /// <summary>Ends a watch.</summary>
    /// <param name="watch">The watch.</param>
    internal async ValueTask RemoveAsync(XenStoreWatch watch)
    {
        bool isKnown;
        StoreConnection? connection;
        lock (_gate)
        {
            isKnown = _watches.ContainsKey(watch.Number);
            connection = _connection;
        }

        Forget(watch);
        // Without a connection there is nothing to end: the daemon forgets a watch with the connection that it is of.
        if (isKnown && connection is { IsBroken: false })
            await UnwatchAsync(watch, connection).ConfigureAwait(false);
    }

    /// <summary>Ends all.</summary>
    internal void End()
    {
        lock (_gate)
            _hasEnded = true;
        foreach (var watch in TakeAll())
            watch.End(failure: null);
    }

    public void OnWatchEvent(ReadOnlySpan<byte> payload)
    {
        StoreMeter.WatchEvents.Add(1);
        XenStoreWatch? watch = null;
        if (WatchEventPayload.TryParse(payload, out var parts)
            && Utf8Parser.TryParse(parts.Token, out uint number, out var used) && used == parts.Token.Length)
        {
            lock (_gate)
                _watches.TryGetValue(number, out watch);
        }

        // One that was just ended may still have events on their way.
        if (watch is null)
            StoreLog.StrayEvent(options.Logger);
        else if (!watch.Post(parts.Path))
            StoreLog.WatchOverflow(options.Logger, watch.Path);
    }

    public void OnLostForGood(Exception reason)
    {
        foreach (var watch in TakeAll())
            watch.End(reason);
    }

    public void OnConnected(StoreConnection connection)
    {
        lock (_gate)
        {
            _connection = connection;
            connection.ExpectEvents(_watches.Count > 0);
        }
    }

    public async Task OnReconnectedAsync(StoreConnection connection)
    {
        OnConnected(connection);
        XenStoreWatch[] watches;
        lock (_gate)
            watches = [.. _watches.Values];
        foreach (var (watch, reason) in await Rearming.RunAsync(Requester!, connection, watches).ConfigureAwait(false))
        {
            StoreLog.RearmFailed(options.Logger, watch.Path, reason.Message);
            Forget(watch);
            watch.End(reason);
        }

        foreach (var watch in watches)
        {
            bool isKnown;
            lock (_gate)
                isKnown = _watches.ContainsKey(watch.Number);
            if (!isKnown)
                await UnwatchAsync(watch, connection).ConfigureAwait(false);
        }
    }

    private async ValueTask UnwatchAsync(XenStoreWatch watch, StoreConnection connection)
    {
        try
        {
            using var request = Requester!.Rent();
            WatchMessage.Write(request, MessageType.Unwatch, watch, withDepth: false);
            await Requester.SendAsync(request, connection, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is XenStoreException or ObjectDisposedException)
        {
            // The daemon forgets it with the connection.
        }
    }

    private XenStoreWatch[] TakeAll()
    {
        lock (_gate)
        {
            XenStoreWatch[] watches = [.. _watches.Values];
            _watches.Clear();
            return watches;
        }
    }
}

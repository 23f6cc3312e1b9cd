using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Xen.Store;

namespace Xen.DeviceModel;

/// <summary>The watches of a discovery: each event names something to look at.</summary>
internal sealed class BackendWatches : IDisposable
{
    private static readonly string[] DomainEvents = ["@introduceDomain", "@releaseDomain"];

    private readonly XenStoreClient _store;
    private readonly BackendDiscoveryOptions _options;
    private readonly BackendDirtySet _dirty;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop;
    private readonly List<(XenStoreWatch Watch, Task Pump)> _lasting = [];
    private readonly Dictionary<BackendDeviceId, (FrontendWatch Watch, Task Pump)> _frontends = [];

    internal BackendWatches(
        XenStoreClient store,
        BackendDiscoveryOptions options,
        BackendDirtySet dirty,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        _store = store;
        _options = options;
        _dirty = dirty;
        _logger = logger;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Sets those of the kinds and of domains.</summary>
    internal async ValueTask OpenAsync()
    {
        foreach (var kind in _options.Kinds)
        {
            var path = BackendPaths.Kind(_options.Backend, kind.Name);
            await AddAsync(path, depth: null, change => OnBackend(path, kind.Name, change)).ConfigureAwait(false);
        }

        foreach (var name in DomainEvents)
        {
            try
            {
                await AddAsync(name, depth: null, _ => _dirty.AddAll()).ConfigureAwait(false);
            }
            catch (XenStoreReplyException error) when (error.Error == XenStoreError.AccessDenied)
            {
                // A driver domain that was not given the right. It sees directories come and go.
                _logger.NoDomainEvents(name);
            }
        }
    }

    /// <summary>Watches the guest's end of a device, to be called before it is looked at.</summary>
    internal async ValueTask ExpectFrontendAsync(BackendDeviceId id)
    {
        if (_frontends.TryGetValue(id, out var entry))
        {
            entry.Watch.IsPresent = false;
            if (!entry.Watch.IsRefused)
                return;
            await ClearFrontendAsync(id).ConfigureAwait(false);
        }

        var watch = new FrontendWatch(
            await _store.OpenWatchAsync(BackendPaths.Frontend(id), depth: 1, _stop.Token).ConfigureAwait(false));
        _frontends.Add(id, (watch, PumpFrontendAsync(id, watch)));
    }

    /// <summary>The guest's end is there.</summary>
    internal void FoundFrontend(BackendDeviceId id) => _frontends[id].Watch.IsPresent = true;

    /// <summary>The device is gone.</summary>
    internal async ValueTask ClearFrontendAsync(BackendDeviceId id)
    {
        if (!_frontends.Remove(id, out var entry))
            return;
        try
        {
            await entry.Watch.Watch.DisposeAsync().ConfigureAwait(false);
        }
        catch (XenStoreReplyException)
        {
            // The store does not have it any longer.
        }
    }

    /// <summary>Ends all.</summary>
    internal async ValueTask CloseAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var (watch, pump) in _lasting.Concat(
            _frontends.Values.Select(static entry => (entry.Watch.Watch, entry.Pump))))
        {
            await pump.ConfigureAwait(false);
            try
            {
                await watch.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (error is XenStoreException or ObjectDisposedException)
            {
                // It ended with its connection.
            }
        }
    }

    public void Dispose() => _stop.Dispose();

    private async ValueTask AddAsync(string path, int? depth, Action<XenStoreWatchEvent> onChange)
    {
        var watch = await _store.OpenWatchAsync(path, depth, _stop.Token).ConfigureAwait(false);
        _lasting.Add((watch, PumpLastingAsync(watch, onChange)));
    }

    private void OnBackend(string path, string kind, XenStoreWatchEvent change)
    {
        if (change.Kind == XenStoreWatchEventKind.Changed
            && BackendPaths.TryParseNode(path, kind, change.Path, out var id))
            _dirty.Add(id);
        else
            _dirty.AddAll();
    }

    private async Task PumpFrontendAsync(BackendDeviceId id, FrontendWatch watch)
    {
        try
        {
            await PumpAsync(watch.Watch, change =>
            {
                if (watch.IsOfInterest(change))
                    _dirty.Add(id);
            }).ConfigureAwait(false);
        }
        catch (XenStoreReplyException)
        {
            // The next look sets it, or complains of this device alone.
            watch.IsRefused = true;
            _dirty.Add(id);
        }
    }

    private async Task PumpLastingAsync(XenStoreWatch watch, Action<XenStoreWatchEvent> onChange)
    {
        try
        {
            await PumpAsync(watch, onChange).ConfigureAwait(false);
        }
        catch (XenStoreReplyException error)
        {
            _dirty.Fail(error);
        }
    }

    private async Task PumpAsync(XenStoreWatch watch, Action<XenStoreWatchEvent> onChange)
    {
        try
        {
            await foreach (var change in watch.WithCancellation(_stop.Token).ConfigureAwait(false))
                onChange(change);
        }
        catch (OperationCanceledException)
        {
            // The discovery ends.
        }
        catch (XenStoreException error) when (error is not XenStoreReplyException)
        {
            _dirty.Fail(error);
        }
    }
}

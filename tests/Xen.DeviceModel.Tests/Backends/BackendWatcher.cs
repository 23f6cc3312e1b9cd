using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store;

namespace Xen.DeviceModel.Tests.Backends;

/// <summary>Reads a discovery's stream for a test.</summary>
internal sealed class BackendWatcher : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private readonly XenStoreClient _store;
    private readonly IAsyncEnumerator<BackendChange> _changes;

    internal BackendWatcher(
        SimulatedToolstack toolstack, BackendDiscoveryOptions? options = null, RecordingLogger? logger = null)
    {
        // No test waits so long unless a change is lost.
        _stop.CancelAfter(TimeSpan.FromSeconds(10));
        _store = XenStoreClient.Connect(new XenStoreOptions { Endpoint = toolstack.Memory.Endpoint() });
        Discovery = new BackendDiscovery(_store, options, logger);
        _changes = Discovery.WatchAsync(_stop.Token).GetAsyncEnumerator();
    }

    internal BackendDiscovery Discovery { get; }

    /// <summary>The devices that are to be served now.</summary>
    internal Dictionary<BackendDeviceId, BackendDevice> Devices { get; } = [];

    internal async Task<BackendChange> NextAsync()
    {
        Assert.True(await _changes.MoveNextAsync());
        var change = _changes.Current;
        if (change.Kind == BackendChangeKind.Added)
        {
            Devices.Add(change.Device.Id, change.Device);
        }
        else
        {
            Assert.Same(Devices[change.Device.Id], change.Device);
            Devices.Remove(change.Device.Id);
        }

        return change;
    }

    internal async Task<BackendDevice> NextAddedAsync(BackendDeviceId id)
    {
        var change = await NextAsync();
        Assert.Equal((BackendChangeKind.Added, id), (change.Kind, change.Device.Id));
        return change.Device;
    }

    internal async Task<BackendDevice> NextRemovedAsync(BackendDeviceId id, BackendRemovalReason reason)
    {
        var change = await NextAsync();
        Assert.Equal((BackendChangeKind.Removed, id, reason), (change.Kind, change.Device.Id, change.Reason));
        return change.Device;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _changes.DisposeAsync();
        await _store.DisposeAsync();
        _stop.Dispose();
    }
}

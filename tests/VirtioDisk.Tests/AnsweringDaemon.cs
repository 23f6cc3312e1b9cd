using System;
using System.Threading;
using System.Threading.Tasks;
using Xen.DeviceModel;
using Xen.Store;
using Xen.Testing.Store;

namespace VirtioDisk.Tests;

/// <summary>Answers toolstacks as a daemon does, and serves nothing.</summary>
internal sealed class AnsweringDaemon : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly XenStoreClient _store;
    private readonly Task _loop;

    internal AnsweringDaemon(InMemoryXenStore memory)
    {
        _store = XenStoreClient.Connect(new XenStoreOptions { Endpoint = memory.Endpoint() });
        _loop = AnswerAsync();
    }

    /// <summary>What it says to every device; null to accept them.</summary>
    internal string? Refusal { get; init; }

    /// <summary>The first device that it accepted.</summary>
    internal TaskCompletionSource<BackendDevice> Served { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal int Closed { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _store.DisposeAsync();
        _stop.Dispose();
    }

    private async Task AnswerAsync()
    {
        await Task.Yield();
        var discovery = new BackendDiscovery(_store);
        await foreach (var change in discovery.WatchAsync(_stop.Token))
        {
            if (change.Reason == BackendRemovalReason.Closing)
            {
                Closed++;
                await discovery.CloseAsync(change.Device, _stop.Token);
            }
            else if (change.Kind == BackendChangeKind.Added && Refusal is not null)
            {
                await discovery.RefuseAsync(change.Device, Refusal, _stop.Token);
            }
            else if (change.Kind == BackendChangeKind.Added && await discovery.AcceptAsync(change.Device, _stop.Token))
            {
                Served.TrySetResult(change.Device);
            }
        }
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using VirtioHosting.Devices;
using VirtioHosting.State;
using Xen.DeviceModel;
using Xen.Store;
using Xen.Sys;

namespace VirtioHosting.Daemon;

/// <summary>Serves the devices of all guests that the XenStore names.</summary>
internal sealed class DeviceDaemon
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DomainId, GuestServer> _guests = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly XenStoreClient _store;
    private readonly Func<DomainId, DomainEnd?>? _findEnd;
    private readonly DaemonContext _context;
    private readonly ILogger _logger;
    private bool _isListed;

    /// <summary>Makes one; <see cref="RunAsync"/> begins.</summary>
    /// <param name="kinds">The kinds of devices.</param>
    /// <param name="store">The store.</param>
    /// <param name="platform">The ways to Xen.</param>
    /// <param name="directory">Where state is kept.</param>
    /// <param name="findEnd">Asks Xen how a guest ended; null if it cannot be asked.</param>
    /// <param name="logging">Makes loggers.</param>
    internal DeviceDaemon(
        KindSet kinds,
        XenStoreClient store,
        GuestDeviceModelPlatform platform,
        RunDirectory directory,
        Func<DomainId, DomainEnd?>? findEnd,
        ILoggerFactory logging)
    {
        _store = store;
        _findEnd = findEnd;
        _logger = logging.CreateLogger<DeviceDaemon>();
        var options = new BackendDiscoveryOptions { Kinds = kinds.Backends, FindEnd = findEnd };
        var discovery = new BackendDiscovery(store, options, logging.CreateLogger<BackendDiscovery>());
        _context = new DaemonContext(platform, directory, discovery, kinds.Open, logging)
        {
            FindEnd = FindEndAsync,
        };
    }

    /// <summary>Opens devices in another way than their kinds do.</summary>
    internal Func<BackendDevice, HostedDeviceContext, IHostedDevice> Open
    {
        init => _context = _context with { Open = value };
    }

    /// <summary>How guests are served.</summary>
    internal GuestOptions GuestOptions
    {
        init => _context = _context with { Guests = value };
    }

    /// <summary>After how long a device is tried again that a running guest needs.</summary>
    internal TimeSpan RetryDelay
    {
        init => _context = _context with { RetryDelay = value };
    }

    /// <summary>
    /// How long all guests together may take to be left. What systemd allows is more: TimeoutStopSec=60 in the units.
    /// </summary>
    internal TimeSpan LeaveLimit { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>Completes when all that was there is known, and its guests are answered.</summary>
    internal Task Ready => _ready.Task;

    /// <summary>The devices that are served now, in order.</summary>
    internal IReadOnlyList<ServedDevice> Devices
    {
        get
        {
            lock (_gate)
                return [.. _guests.Values.SelectMany(static guest => guest.Devices)
                    .OrderBy(static device => device.Id.Frontend.Value)
                    .ThenBy(static device => device.Id.Kind, StringComparer.Ordinal)
                    .ThenBy(static device => device.Id.Number)];
        }
    }

    /// <summary>Domains that something is known of.</summary>
    internal int GuestCount
    {
        get
        {
            lock (_gate)
                return _guests.Count;
        }
    }

    /// <summary>
    /// Serves until it is told to stop; then guests are left to a later daemon, with all they wrote made durable.
    /// </summary>
    /// <returns>Whether all that they wrote is durable.</returns>
    /// <exception cref="XenStoreException">The store is lost for good.</exception>
    internal async Task<bool> RunAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var released = Task.CompletedTask;
        var isDurable = true;
        try
        {
            _context.Directory.RemoveOthers(await FindAliveAsync(stop));
            _ = BeginAsync();
            released = ForgetReleasedAsync(end.Token);
            await foreach (var change in _context.Discovery.WatchAsync(stop))
                _ = TellAsync(change.Device.Frontend, guest => guest.HandleAsync(change));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end that was asked for.
        }
        finally
        {
            _ready.TrySetCanceled(CancellationToken.None);
            // Whatever the reason: nothing else keeps a daemon alive that finds no devices any longer.
            await end.CancelAsync();
            await released.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            isDurable = await LeaveAllAsync();
        }

        return isDurable;
    }

    // A guest that takes longer is left to a later daemon as a kill leaves it.
    private async Task<bool> LeaveAllAsync()
    {
        var leaving = Array.ConvertAll(Guests(), static guest => (Guest: guest, Left: guest.LeaveAsync()));
        try
        {
            var left = await Task.WhenAll(leaving.Select(static guest => guest.Left)).WaitAsync(LeaveLimit);
            return Array.TrueForAll(left, static isDurable => isDurable);
        }
        catch (TimeoutException)
        {
            foreach (var (guest, left) in leaving)
            {
                if (!left.IsCompleted)
                    _logger.NotLeft(guest.Domain, LeaveLimit);
            }

            return false;
        }
    }

    private async Task BeginAsync()
    {
        await _context.Discovery.Listed.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        DomainId[] domains;
        lock (_gate)
        {
            _isListed = true;
            // A guest whose devices were all taken away meanwhile is named by nobody else.
            domains = [.. _guests.Keys.Union(_context.Directory.FindLeft().Select(static left => left.Domain))];
        }

        await Task.WhenAll(domains.Select(domain => TellAsync(domain, static guest => guest.BeginAsync())));
        _ready.TrySetResult();
    }

    // xl takes a guest's devices away before the guest: only its release says that nothing of it will be needed again.
    private async Task ForgetReleasedAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var change in _store.WatchDomainsAsync(stop))
            {
                if (change is { Kind: XenStoreDomainEventKind.Released, Domain: { } domain })
                    _ = TellAsync(domain, guest => guest.ReleaseAsync(
                        async () => await _store.IsDomainIntroducedAsync(domain, stop)));
            }
        }
        catch (OperationCanceledException)
        {
            // The daemon ends.
        }
        catch (Exception error) when (error is XenStoreException or ObjectDisposedException)
        {
            _logger.NoDomainEvents(error.Message);
        }
    }

    // Where Xen cannot be asked, the store knows of guests that are gone.
    private async Task<string?> FindEndAsync(DomainId domain)
    {
        if (_findEnd is not null)
            return _findEnd(domain)?.ToString();
        try
        {
            return await _store.IsDomainIntroducedAsync(domain) ? null : "gone";
        }
        catch (Exception error) when (error is XenStoreException or ObjectDisposedException)
        {
            return null;
        }
    }

    private Task TellAsync(DomainId domain, Func<GuestServer, Task> what)
    {
        lock (_gate)
        {
            if (!_guests.TryGetValue(domain, out var guest))
                _guests.Add(domain, guest = new GuestServer(_context, domain, _isListed, DropIdle));
            return what(guest);
        }
    }

    // Domains come and go as long as the daemon lives, and few of them have devices: nothing of the others is kept.
    private void DropIdle(GuestServer guest)
    {
        lock (_gate)
        {
            if (guest.IsIdle && _guests.GetValueOrDefault(guest.Domain) == guest)
                _guests.Remove(guest.Domain);
        }
    }

    private GuestServer[] Guests()
    {
        lock (_gate)
            return [.. _guests.Values];
    }

    private async Task<List<(DomainId Domain, string Incarnation)>> FindAliveAsync(CancellationToken stop)
    {
        var alive = new List<(DomainId, string)>();
        foreach (var (id, _) in await new GuestDirectory(_store).NamesAsync(stop))
        {
            if (await _store.IsDomainIntroducedAsync(id, stop))
                alive.Add((id, await _store.TryReadAsync($"/local/domain/{id}/vm", stop) ?? ""));
        }

        return alive;
    }
}

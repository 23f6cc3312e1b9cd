using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using VirtioHosting.Devices;
using Xen.DeviceModel;
using Xen.Store;
using Xen.Sys;

namespace VirtioHosting.Daemon;

/// <summary>
/// Serves one domain id: what is to be done about it is done one after the other, apart from all other domains, so
/// that a device that takes long or a guest that fails is nobody else's business.
/// </summary>
internal sealed class GuestServer
{
    private readonly Lock _gate = new();
    private readonly DaemonContext _context;
    private readonly Action<GuestServer> _onStep;
    private readonly ILogger _logger;
    private readonly List<BackendDevice> _unanswered = [];
    private readonly HashSet<BackendDevice> _wanted = [];
    private readonly HashSet<BackendDevice> _waiting = [];
    private Task _work = Task.CompletedTask;
    private int _steps;
    private ServedGuest? _guest;
    private bool _mayStart;
    private bool _isStartPlanned;
    private bool _hasEnded;

    internal GuestServer(DaemonContext context, DomainId domain, bool mayStart, Action<GuestServer> onStep)
    {
        _onStep = onStep;
        _context = context;
        Domain = domain;
        _mayStart = mayStart;
        _logger = context.Logging.CreateLogger<GuestServer>();
    }

    /// <summary>The domain id.</summary>
    internal DomainId Domain { get; }

    /// <summary>The devices that are served now.</summary>
    internal IReadOnlyList<ServedDevice> Devices { get; private set; } = [];

    /// <summary>Whether nothing is served, and nothing is to be done.</summary>
    internal bool IsIdle
    {
        get
        {
            // Only what is to be done changes the rest.
            lock (_gate)
                return _steps == 0 && _guest is null && _wanted.Count == 0;
        }
    }

    /// <summary>Something is to be done about a device, after all that was to be done before.</summary>
    internal Task HandleAsync(BackendChange change) => EnqueueAsync(() => change.Kind == BackendChangeKind.Added
        ? AddAsync(change.Device)
        : RemoveAsync(change));

    /// <summary>All devices that the guest had are known: it may be answered.</summary>
    internal Task BeginAsync() => EnqueueAsync(async () =>
    {
        _mayStart = true;
        EndGuestWithoutDevices();
        await StartAsync();
    });

    /// <summary>The domain is gone, unless another one has its number by now: nothing of it is needed again.</summary>
    /// <param name="isThere">Whether there is a domain of this number.</param>
    internal Task ReleaseAsync(Func<Task<bool>> isThere) => EnqueueAsync(async () =>
    {
        if (await isThere())
            return;
        if (_guest is not null)
            EndGuest("gone", keepsMachine: false);
        _context.Directory.RemoveAll(Domain);
    });

    /// <summary>Ends, and leaves the guest to a later daemon.</summary>
    /// <returns>Whether all that it wrote is durable.</returns>
    internal async Task<bool> LeaveAsync()
    {
        var isDurable = false;
        await EnqueueAsync(() =>
        {
            _hasEnded = true;
            var guest = _guest;
            _guest = null;
            Publish();
            isDurable = guest?.Leave() ?? true;
            return Task.CompletedTask;
        });
        return isDurable;
    }

    private Task EnqueueAsync(Func<Task> step)
    {
        lock (_gate)
        {
            _steps++;
            return _work = RunAfterAsync(_work, step);
        }
    }

    private async Task RunAfterAsync(Task before, Func<Task> step)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        try
        {
            if (!_hasEnded)
                await step();
        }
        catch (OperationCanceledException)
        {
            // The daemon ends.
        }
#pragma warning disable CA1031 // whatever goes wrong with one guest, the others go on
        catch (Exception error)
#pragma warning restore CA1031
        {
            _logger.Mistake(Domain, error);
        }

        lock (_gate)
            _steps--;
        _onStep(this);
    }

    private async Task AddAsync(BackendDevice device)
    {
        // The same number, and another guest: its own keys say so, whatever becomes of the devices of the one before.
        if (_guest is not null && _guest.Incarnation != device.Incarnation)
            EndGuest("another one has its number", keepsMachine: false);
        _wanted.Add(device);
        try
        {
            var place = DevicePlace.Of(device);
            var served = Plug(device, place, Open(device));
            _waiting.Remove(device);
            _unanswered.Add(device);
            Publish();
            if (served.IsRestored)
                _logger.GoingOn(device.Id);
            _logger.Serving(device.Id, served.Host.Text, place);
            await StartAsync();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException && IsKnown(device))
        {
            // A guest that runs has it already, and can do nothing but wait for it.
            TryLater(device, error);
        }
        catch (HypercallException error) when (_guest is null && IsLeft(device) && MayPass(error))
        {
            TryLater(device, error);
        }
        catch (Exception error) when (IsRefusal(error))
        {
            Forget(device);
            await RefuseAsync(device, error);
            EndGuestWithoutDevices();
            await StartAsync();
        }
    }

    private void TryLater(BackendDevice device, Exception error)
    {
        _logger.Waiting(device.Id, error.Message);
        _waiting.Add(device);
        _ = TryAgainAsync(device);
    }

    private void Forget(BackendDevice device)
    {
        _wanted.Remove(device);
        _waiting.Remove(device);
        _unanswered.Remove(device);
    }

    // What a device must not lose with the process is kept with the guest's state.
    private IHostedDevice Open(BackendDevice device)
    {
        var state = _context.Directory.Guest(device.Frontend, device.Incarnation);
        var surroundings = new HostedDeviceContext(state.RecoveryFile(device.Id), _context.Logging);
        try
        {
            return _context.Open(device, surroundings);
        }
        catch (Exception error) when (!IsRefusal(error))
        {
            // A mistake of the kind: whoever attaches the device is to hear of it, too.
            _logger.Mistake(Domain, error);
            throw new InvalidOperationException($"{error.GetType().Name}: {error.Message}", error);
        }
    }

    private async Task TryAgainAsync(BackendDevice device)
    {
        await Task.Delay(_context.RetryDelay);
        await EnqueueAsync(() => _wanted.Contains(device) ? AddAsync(device) : Task.CompletedTask);
    }

    private ServedDevice Plug(BackendDevice device, DevicePlace place, IHostedDevice host)
    {
        try
        {
            _guest ??= ServedGuest.Open(_context, device);
        }
        catch
        {
            host.Dispose();
            throw;
        }

        return _guest.Add(device, place, host);
    }

    private async Task RemoveAsync(BackendChange change)
    {
        var device = change.Device;
        Forget(device);
        var end = change.Reason == BackendRemovalReason.DomainEnded
            ? change.End?.ToString() ?? "gone"
            : await _context.FindEnd(Domain);
        if (end is not null && _guest?.Incarnation == device.Incarnation)
        {
            EndGuest(end, keepsMachine: false);
        }
        else
        {
            await LetGoAsync(device);
            EndGuestWithoutDevices();
        }

        Publish();
        await AnswerAsync(device, () => _context.Discovery.CloseAsync(device));
        await StartAsync();
    }

    // That may take long if a server is away. Toolstacks take a guest's devices away before they destroy it: if it ends
    // meanwhile, it is not to stay a zombie for want of its memory.
    private async Task LetGoAsync(BackendDevice device)
    {
        var letGo = _guest?.RemoveAsync(device) ?? Task.CompletedTask;
        while (await Task.WhenAny(letGo, Task.Delay(_context.EndCheckInterval)) != letGo)
        {
            if (_guest is not null && await _context.FindEnd(Domain) is { } end)
                EndGuest(end, keepsMachine: false);
        }

        await letGo;
    }

    private async Task StartAsync()
    {
        if (!_mayStart || _guest is null)
            return;
        // What the guest asks of a device that is missing would read all ones: it waits as long as that device does.
        if (_guest is { IsAdopted: true, IsStarted: false } && _waiting.Count != 0)
            return;
        if (!_guest.IsStarted)
        {
            try
            {
                _guest.Start();
                _ = WatchAsync(_guest);
            }
            catch (HypercallException error) when (_guest.IsAdopted && MayPass(error))
            {
                _logger.NotTakenOver(Domain, error.Message);
                StartLater();
                return;
            }
            catch (Exception error) when (IsRefusal(error))
            {
                await LoseAsync(error);
                return;
            }
        }

        // The toolstack waits for it; and the state is what a later daemon knows a device in use by.
        foreach (var device in _unanswered.ToArray())
        {
            if (await AnswerAsync(device, () => _context.Discovery.AcceptAsync(device)))
                _unanswered.Remove(device);
            else
                StartLater();
        }
    }

    private void StartLater()
    {
        if (_isStartPlanned)
            return;
        _isStartPlanned = true;
        _ = StartAfterDelayAsync();
    }

    private async Task StartAfterDelayAsync()
    {
        await Task.Delay(_context.RetryDelay);
        await EnqueueAsync(() =>
        {
            _isStartPlanned = false;
            return StartAsync();
        });
    }

    private async Task WatchAsync(ServedGuest guest)
    {
        Exception? failure = null;
        try
        {
            await guest.Completion;
        }
#pragma warning disable CA1031 // whatever it was, it is the end of this guest alone
        catch (Exception error)
#pragma warning restore CA1031
        {
            failure = error;
        }

        await EnqueueAsync(async () =>
        {
            // Otherwise it ended since this program ended it.
            if (_guest == guest)
                await LoseAsync(failure ?? new XenException("the IOREQ server stopped"));
        });
    }

    private async Task LoseAsync(Exception error)
    {
        _logger.GuestLost(Domain, error.Message);
        var devices = _guest!.Devices.Select(static device => device.Device).ToArray();
        EndGuest("lost", keepsMachine: true);
        _unanswered.Clear();
        foreach (var device in devices)
            await RefuseAsync(device, error);
    }

    // Not before all that it had are known: another one of them may keep it.
    private void EndGuestWithoutDevices()
    {
        if (!_mayStart)
            return;
        if (_guest is { Devices.Count: 0 } && _waiting.Count == 0)
            EndGuest("it has no virtio device any more", keepsMachine: true);
        if (_guest is null && _wanted.Count == 0)
            EndUnclaimed();
    }

    // Its accesses would wait for ever, and no other device model could take its place.
    private void EndUnclaimed()
    {
        foreach (var (_, server, state) in _context.Directory.FindLeft().Where(left => left.Domain == Domain))
        {
            var transport = _context.Platform.OpenTransport();
            using (transport as IDisposable)
                DmOp.DestroyIoreqServer(transport, Domain, server);
            _logger.Unclaimed(Domain, server);
            state.ForgetServerAndDevices();
        }
    }

    private bool IsKnown(BackendDevice device) =>
        ServedDevice.IsKnown(
            device, _context.Directory.Guest(device.Frontend, device.Incarnation).Device(device.Id));

    private bool IsLeft(BackendDevice device) =>
        _context.Directory.Guest(device.Frontend, device.Incarnation).LeftServer is not null;

    private void EndGuest(string reason, bool keepsMachine)
    {
        var guest = _guest;
        _guest = null;
        guest?.End(keepsMachine);
        Publish();
        _logger.GuestEnded(Domain, reason);
    }

    private async Task RefuseAsync(BackendDevice device, Exception error)
    {
        var reason = Failure.Of(error).Message;
        _logger.Refused(device.Id, reason);
        await AnswerAsync(device, async () =>
        {
            await _context.Discovery.RefuseAsync(device, reason);
            return true;
        });
    }

    // A toolstack that does not hear an answer waits or asks again; the guest is served in any case.
    private async Task<bool> AnswerAsync(BackendDevice device, Func<ValueTask<bool>> answer)
    {
        try
        {
            await answer();
            return true;
        }
        catch (Exception error) when (error is XenStoreException or ObjectDisposedException)
        {
            _logger.AnswerLost(device.Id, error.Message);
            return false;
        }
    }

    private void Publish() => Devices = [.. _guest?.Devices ?? []];

    // A process that was killed may not have let go of everything yet; of a domain that is gone, nothing will change.
    private static bool MayPass(HypercallException error) => error.Errno != XenAbi.XEN_ESRCH;

    private static bool IsRefusal(Exception error) =>
        error is XenException or IOException or UsageException or ArgumentException or UnauthorizedAccessException
            or InvalidOperationException;
}

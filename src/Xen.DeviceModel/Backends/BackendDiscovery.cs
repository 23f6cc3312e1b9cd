using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Store;

namespace Xen.DeviceModel;

/// <summary>
/// Finds the devices that toolstacks want this domain to serve, and tells toolstacks how far it is: the handshake of
/// libxl's virtio devices, for any kind of them.
/// </summary>
/// <remarks>
/// <para>
/// Works by watches alone, so that it notices what happens when it happens, and asks nothing otherwise. Whatever the
/// order in which keys are written, a device is reported once they are complete, and what is reported is always the
/// difference between what is there and what was reported before: of a device that came and went meanwhile nothing is
/// said.
/// </para>
/// <para>
/// The methods for answers may be called from any thread; they change nothing if the device is not there any longer,
/// so that no directory comes back that a toolstack removed.
/// </para>
/// </remarks>
public sealed class BackendDiscovery
{
    private readonly Lock _gate = new();
    private readonly XenStoreClient _store;
    private readonly BackendDiscoveryOptions _options;
    private readonly BackendReader _reader;
    private readonly ILogger _logger;
    private readonly BackendDirtySet _dirty = new();
    private readonly Dictionary<BackendDeviceId, ReportedDevice> _reported = [];
    private readonly Dictionary<BackendDeviceId, ReportedDevice> _leaving = [];
    private readonly Dictionary<BackendDeviceId, BackendComplaint> _complaints = [];
    private readonly TaskCompletionSource _listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isWatched;
    private long _look;

    /// <summary>Makes one; <see cref="WatchAsync"/> begins.</summary>
    /// <param name="store">The store, connected as a domain that may read its own back end directories.</param>
    /// <param name="options">Which devices to look for.</param>
    /// <param name="logger">Says which devices are not served, and why.</param>
    public BackendDiscovery(XenStoreClient store, BackendDiscoveryOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _options = options ?? new BackendDiscoveryOptions();
        _reader = new BackendReader(store, _options, logger ?? NullLogger.Instance);
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>
    /// Completes when the stream's reader has taken all devices that were there when it began, and asks for the next
    /// one, each of them read at least once, whatever befell the store. Whoever goes on where an earlier process ended
    /// knows then which devices are left.
    /// </summary>
    public Task Listed => _listed.Task;

    /// <summary>Devices that come and go; those that are there first.</summary>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The stream, for one reader, once.</returns>
    /// <exception cref="InvalidOperationException">It was called before.</exception>
    /// <exception cref="XenStoreException">The store is lost for good, or refuses the watches of kinds.</exception>
    public async IAsyncEnumerable<BackendChange> WatchAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isWatched, 1) != 0)
            throw new InvalidOperationException("devices are watched already");
        using var watches = new BackendWatches(_store, _options, _dirty, _logger, cancellationToken);
        try
        {
            await watches.OpenAsync().ConfigureAwait(false);
            HashSet<BackendDeviceId>? unseen = null;
            while (true)
            {
                var (devices, all) = await _dirty.TakeAsync(cancellationToken).ConfigureAwait(false);
                if (all)
                {
                    unseen = await FindAsync(cancellationToken).ConfigureAwait(false);
                    devices.UnionWith(unseen ?? []);
                    devices.UnionWith(_reported.Keys);
                    devices.UnionWith(_complaints.Keys);
                }

                foreach (var id in devices)
                {
                    if (await LookAsync(id, watches, cancellationToken).ConfigureAwait(false) is not { } changes)
                        continue;
                    foreach (var change in changes)
                        yield return change;
                    unseen?.Remove(id);
                }

                // A device that could not be read is there still to be looked at.
                if (unseen is { Count: 0 })
                    _listed.TrySetResult();
            }
        }
        finally
        {
            await watches.CloseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Tells the toolstack that the device is served, which it waits for: <see cref="XenbusState.InitWait"/>.
    /// </summary>
    /// <param name="device">The device, as reported.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>False if it is gone or is being closed.</returns>
    /// <exception cref="XenStoreException">The store fails.</exception>
    public async ValueTask<bool> AcceptAsync(BackendDevice device, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (FindReported(device) is not { } reported
            || !await MoveToInitWaitAsync(device, cancellationToken).ConfigureAwait(false))
            return false;
        await RemoveErrorAsync(device, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            reported.AcceptedDuring = Math.Min(reported.AcceptedDuring, _look);
            // Its owner serves it, so the one before is done with.
            _leaving.Remove(device.Id);
        }

        // Another device may have taken its place meanwhile, and only now can the difference be told.
        _dirty.Add(device.Id);
        return true;
    }

    /// <summary>
    /// Says why a device cannot be served, in <c>error/backend/KIND/GUEST/NUMBER/error</c> below the domain's path.
    /// </summary>
    /// <param name="device">The device, as reported.</param>
    /// <param name="reason">What is wrong, for people.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="XenStoreException">The store fails.</exception>
    public async ValueTask RefuseAsync(
        BackendDevice device, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(reason);
        const int Longest = 1024;
        var text = reason.Length > Longest ? reason[..Longest] : reason;
        await _store.TransactAsync(
            async transaction =>
            {
                if (await transaction.ExistsAsync(device.BackendPath, cancellationToken).ConfigureAwait(false))
                    await transaction.WriteAsync($"{ErrorPath(device)}/error", text, cancellationToken)
                        .ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Tells the toolstack that a device is let go: <see cref="XenbusState.Closed"/>, which it may wait for before it
    /// removes the directories.
    /// </summary>
    /// <remarks>
    /// To be called for each device that was removed, whatever the reason, once nothing of it is in use any more. Until
    /// then, or until another device in its place is accepted, nobody else says that a device of this number is
    /// closed, and the same device is not reported again.
    /// </remarks>
    /// <param name="device">The device, as reported.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>False if it is gone, or is not being closed.</returns>
    /// <exception cref="XenStoreException">The store fails.</exception>
    public async ValueTask<bool> CloseAsync(BackendDevice device, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        // Before the store is told: a look that comes later may close what this call does not see yet.
        lock (_gate)
        {
            if (_leaving.TryGetValue(device.Id, out var leaving) && leaving.Device == device)
                _leaving.Remove(device.Id);
        }

        try
        {
            await RemoveErrorAsync(device, cancellationToken).ConfigureAwait(false);
            return await CloseAtAsync(device.BackendPath, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _dirty.Add(device.Id);
        }
    }

    private async ValueTask<bool> CloseAtAsync(string path, CancellationToken cancellationToken) =>
        await _store.TransactAsync(
            async transaction =>
            {
                var values = await transaction.ReadManyBytesAsync(
                    [$"{path}/{BackendPaths.State}", $"{path}/{BackendPaths.Online}"], cancellationToken)
                    .ConfigureAwait(false);
                var (state, online) = (values[0], values[1]);
                if (state is null || (!state.AsSpan().SequenceEqual("5"u8) && !online.AsSpan().SequenceEqual("0"u8)))
                    return false;
                if (!state.AsSpan().SequenceEqual("6"u8))
                    await transaction.WriteAsync($"{path}/{BackendPaths.State}", "6", cancellationToken)
                        .ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);

    private string ErrorPath(BackendDevice device) => BackendPaths.Error(_options.Backend, device.Id);

    private async ValueTask RemoveErrorAsync(BackendDevice device, CancellationToken cancellationToken)
    {
        try
        {
            await _store.RemoveAsync(ErrorPath(device), cancellationToken).ConfigureAwait(false);
        }
        catch (XenStoreReplyException error) when (error.Error == XenStoreError.NotFound)
        {
            // There was none.
        }
    }

    private ReportedDevice? FindReported(BackendDevice device)
    {
        lock (_gate)
            return _reported.TryGetValue(device.Id, out var reported) && reported.Device == device ? reported : null;
    }

    // A device that was removed is its owner's until the owner says that it is closed.
    private bool IsInUse(BackendDeviceId id)
    {
        lock (_gate)
            return _reported.ContainsKey(id) || _leaving.ContainsKey(id);
    }

    private async ValueTask<bool> MoveToInitWaitAsync(BackendDevice device, CancellationToken cancellationToken)
    {
        var path = $"{device.BackendPath}/{BackendPaths.State}";
        return await _store.TransactAsync(
            async transaction =>
            {
                switch (Encoding.UTF8.GetString(
                    await transaction.TryReadBytesAsync(path, cancellationToken).ConfigureAwait(false) ?? []))
                {
                    case "1":
                        await transaction.WriteAsync(path, "2", cancellationToken).ConfigureAwait(false);
                        return true;
                    case "2" or "3" or "4":
                        return true;
                    default:
                        return false;
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    // Null if the store is lost. When it is back, the watches say so, and all is looked at again.
    private async ValueTask<HashSet<BackendDeviceId>?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return [.. await _reader.FindAsync(cancellationToken).ConfigureAwait(false)];
        }
        catch (XenStoreException error) when (IsLoss(error))
        {
            _logger.StoreLost(error.Message);
            // The connection is still there, and no watch will speak.
            if (error is XenStoreTimeoutException)
                _dirty.AddAll();
            return null;
        }
    }

    // Null if it could not be looked at, and will be.
    private async ValueTask<List<BackendChange>?> LookAsync(
        BackendDeviceId id, BackendWatches watches, CancellationToken cancellationToken)
    {
        BackendLook look;
        // One look at a time: only the stream's reader comes here.
        lock (_gate)
            _look++;
        try
        {
            // Set before the look: what happens after it makes another one.
            await watches.ExpectFrontendAsync(id).ConfigureAwait(false);
            look = await _reader.LookAsync(id, cancellationToken).ConfigureAwait(false);
            if (look.Device is null && look.State == XenbusState.Closing && !IsInUse(id))
                await CloseAtAsync(BackendPaths.Backend(_options.Backend, id), cancellationToken).ConfigureAwait(false);
            if (look.State is null)
                await watches.ClearFrontendAsync(id).ConfigureAwait(false);
            else if (look.Device is not null)
                watches.FoundFrontend(id);
        }
        catch (XenStoreConflictException)
        {
            _logger.Busy(id);
            _dirty.Add(id);
            return null;
        }
        catch (XenStoreException error) when (IsLoss(error))
        {
            _logger.StoreLost(error.Message);
            if (error is XenStoreTimeoutException)
                _dirty.Add(id);
            return null;
        }
        catch (XenStoreReplyException error)
        {
            // What was reported stays so: that it cannot be read does not say that it is gone.
            var text = $"cannot be read, {error.Operation} failed: {error.ErrorName}";
            Complain(id, new BackendComplaint(text, IsWrong: true));
            return [];
        }

        Complain(id, look.Complaint);
        return Compare(id, look);
    }

    private static bool IsLoss(XenStoreException error) =>
        error is XenStoreDisconnectedException or XenStoreConnectException or XenStoreTimeoutException;

    private void Complain(BackendDeviceId id, BackendComplaint? complaint)
    {
        if (complaint is null)
        {
            _complaints.Remove(id);
            return;
        }

        // One line when it begins to wait, and one for each thing that is wrong. That a device which was served is not
        // any longer is said elsewhere.
        var before = _complaints.GetValueOrDefault(id);
        _complaints[id] = complaint;
        if (complaint.IsWrong && complaint != before)
            _logger.Wrong(id, complaint.Text);
        else if (!complaint.IsWrong && before is null && !_reported.ContainsKey(id))
            _logger.Incomplete(id, complaint.Text);
    }

    private List<BackendChange> Compare(BackendDeviceId id, BackendLook look)
    {
        var changes = new List<BackendChange>();
        lock (_gate)
        {
            if (_reported.TryGetValue(id, out var reported))
            {
                if (reported.IsStill(look.Device, _look))
                    return changes;
                var reason = look.Device is null ? look.Reason : BackendRemovalReason.Replaced;
                _reported.Remove(id);
                _leaving[id] = reported;
                _logger.Removed(id, reason);
                changes.Add(new BackendChange(BackendChangeKind.Removed, reported.Device, reason, look.End));
            }

            // A guest may take its end away and put it back as often as it likes: what comes back is reported when its
            // owner is done with it, so that no more waits for the owner than one change of each kind.
            if (_leaving.TryGetValue(id, out var leaving) && leaving.IsStill(look.Device, _look))
                return changes;
            if (look.Device is { } device)
            {
                _reported.Add(id, new ReportedDevice(device));
                _logger.Added(id, device.State);
                changes.Add(new BackendChange(BackendChangeKind.Added, device));
            }
        }

        return changes;
    }
}

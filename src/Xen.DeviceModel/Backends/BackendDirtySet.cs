using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Xen.DeviceModel;

/// <summary>What is to be looked at again: bounded by the number of devices, however often they change.</summary>
internal sealed class BackendDirtySet
{
    private readonly Lock _gate = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private HashSet<BackendDeviceId> _devices = [];
    private bool _all;
    private Exception? _failure;

    /// <summary>A device is to be looked at.</summary>
    internal void Add(BackendDeviceId id)
    {
        lock (_gate)
        {
            _devices.Add(id);
            Raise();
        }
    }

    /// <summary>All are, and there may be more.</summary>
    internal void AddAll()
    {
        lock (_gate)
        {
            _all = true;
            Raise();
        }
    }

    /// <summary>There will be no more.</summary>
    internal void Fail(Exception failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
            Raise();
        }
    }

    /// <summary>Waits for something to look at.</summary>
    /// <returns>Devices, and whether all are to be looked at.</returns>
    internal async ValueTask<(HashSet<BackendDeviceId> Devices, bool All)> TakeAsync(
        CancellationToken cancellationToken)
    {
        await _signal.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (_failure is not null)
                throw _failure;
            var taken = (_devices, _all);
            _devices = [];
            _all = false;
            return taken;
        }
    }

    private void Raise() => _signal.Writer.TryWrite(true);
}

using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>The doorbells of a server's devices, as far as somebody else answers them.</summary>
/// <remarks>Devices come and go; whoever answers is there from the start of the serving to its end, or never.</remarks>
internal sealed class DoorbellBoard : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<IoRegion> _regions = [];
    private IDoorbellEvents? _events;

    /// <summary>A device is on the bus.</summary>
    internal void Add(IoRegion region)
    {
        if (region.Device is not IDoorbellSource)
            return;
        lock (_gate)
        {
            _regions.Add(region);
            if (_events is not null)
                Announce(region, _events);
        }
    }

    /// <summary>A device leaves the bus.</summary>
    internal void Remove(IoRegion region)
    {
        IDoorbellEvents? events;
        lock (_gate)
            events = _regions.Remove(region) ? _events : null;
        if (events is null)
            return;

        // Without the gate: this may ring, and whoever is rung has locks of its own.
        foreach (var register in ((IDoorbellSource)region.Device).Doorbells)
            events.Remove(region.First + register.Offset);
    }

    /// <summary>From now on somebody else answers what it can.</summary>
    internal void Open(IDoorbellEvents events)
    {
        lock (_gate)
        {
            _events = events;
            foreach (var region in _regions)
                Announce(region, events);
        }
    }

    public void Dispose()
    {
        IDoorbellEvents? events;
        lock (_gate)
            (events, _events) = (_events, null);
        events?.Dispose();
    }

    private static void Announce(IoRegion region, IDoorbellEvents events)
    {
        foreach (var register in ((IDoorbellSource)region.Device).Doorbells)
            events.TryAdd(region.First + register.Offset, register.Size, register.Value, register.Doorbell.Ring);
    }
}

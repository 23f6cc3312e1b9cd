using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Spec.I2c;

namespace Xen.Virtio.Linux.I2c;

/// <summary>Chips of several buses behind one adapter of a guest, by their addresses.</summary>
/// <remarks>
/// No start is repeated from one bus to another: a transfer ends, and fails, before the first message to another bus
/// than that of its first message.
/// </remarks>
public sealed class I2cRoutes : II2cBus, IDisposable
{
    private readonly Dictionary<I2cAddress, II2cBus> _routes;

    /// <summary>Puts chips behind one adapter.</summary>
    /// <param name="routes">For each chip, its bus. Owned from now on.</param>
    public I2cRoutes(IReadOnlyDictionary<I2cAddress, II2cBus> routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        _routes = new Dictionary<I2cAddress, II2cBus>(routes);
        Filter = I2cAddressFilter.Only([.. _routes.Keys]);
    }

    /// <summary>The chips: what the guest may reach.</summary>
    public I2cAddressFilter Filter { get; }

    /// <inheritdoc/>
    public int Transfer(ReadOnlySpan<I2cMessage> messages)
    {
        if (messages.IsEmpty || !_routes.TryGetValue(messages[0].Address, out var bus))
            return 0;
        var count = 1;
        while (count < messages.Length && _routes.TryGetValue(messages[count].Address, out var next) && next == bus)
            count++;
        return Math.Clamp(bus.Transfer(messages[..count]), 0, count);
    }

    /// <summary>Disposes of the buses that can be, each once.</summary>
    public void Dispose()
    {
        foreach (var bus in _routes.Values.Distinct().OfType<IDisposable>())
            bus.Dispose();
    }
}

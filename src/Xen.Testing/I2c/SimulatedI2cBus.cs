using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Spec.I2c;

namespace Xen.Testing.I2c;

/// <summary>An I2C bus with simulated chips, which a program puts on it and takes off. Thread-safe; several devices
/// may share it.</summary>
public sealed class SimulatedI2cBus : II2cBus
{
    private readonly Lock _gate = new();
    private readonly Dictionary<I2cAddress, II2cChip> _chips = [];
    private long _transfers;

    /// <summary>How many transfers there were, those that failed too.</summary>
    public long Transfers => Volatile.Read(ref _transfers);

    /// <summary>Puts a chip on the bus, in place of one at the same address.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="chip">The chip; null takes away the one that is there.</param>
    public void Plug(I2cAddress address, II2cChip? chip)
    {
        lock (_gate)
        {
            if (chip is null)
                _chips.Remove(address);
            else
                _chips[address] = chip;
        }
    }

    /// <inheritdoc/>
    public int Transfer(ReadOnlySpan<I2cMessage> messages)
    {
        lock (_gate)
        {
            _transfers++;
            var done = 0;
            foreach (var message in messages)
            {
                if (!_chips.TryGetValue(message.Address, out var chip)
                    || !(message.IsRead ? chip.Read(message.Data.Span) : chip.Write(message.Data.Span)))
                    break;
                done++;
            }

            // The stop reaches everyone.
            foreach (var chip in _chips.Values)
                chip.EndTransfer();
            return done;
        }
    }
}

using System;
using System.Collections.Generic;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Spec.I2c;

namespace VirtioI2c;

/// <summary>The adapters that are open: each once, for all devices that have chips on it. Thread-safe.</summary>
/// <param name="open">Opens an adapter by what a user calls it.</param>
internal sealed class BusPool(Func<string, ILogger, HostBus> open)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SharedBus> _buses = [];

    /// <summary>How many adapters are open.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
                return _buses.Count;
        }
    }

    /// <summary>Opens an adapter, or takes one more share in it.</summary>
    /// <param name="name">What the user calls it.</param>
    /// <param name="logger">Where the adapter logs.</param>
    /// <returns>A share, to be disposed of.</returns>
    internal BusShare Take(string name, ILogger logger)
    {
        lock (_gate)
        {
            var bus = open(name, logger);
            if (_buses.TryGetValue(bus.Path, out var shared))
                bus.Dispose();
            else
                _buses.Add(bus.Path, shared = new SharedBus(bus));
            shared.Shares++;
            return new BusShare(this, shared);
        }
    }

    private void Claim(BusShare share, I2cAddress address, string device, ILogger logger)
    {
        lock (_gate)
        {
            foreach (var (other, owner) in share.Shared.Claims)
            {
                if (other.Address == address && other.Share != share)
                    logger.AddressShared(device, address, share.Shared.Bus.Path, owner);
            }

            share.Shared.Claims[(share, address)] = device;
        }
    }

    private void GiveBack(BusShare share)
    {
        lock (_gate)
        {
            var shared = share.Shared;
            foreach (var claim in (List<(BusShare Share, I2cAddress Address)>)[.. shared.Claims.Keys])
            {
                if (claim.Share == share)
                    shared.Claims.Remove(claim);
            }

            if (--shared.Shares != 0)
                return;
            _buses.Remove(shared.Bus.Path);
            shared.Bus.Dispose();
        }
    }

    /// <summary>What one device has of an adapter.</summary>
    internal sealed class BusShare : II2cBus, IDisposable
    {
        private readonly BusPool _pool;
        private bool _isGivenBack;

        internal BusShare(BusPool pool, SharedBus shared) => (_pool, Shared) = (pool, shared);

        internal SharedBus Shared { get; }

        /// <summary>Notes that a device has a chip, and warns if another device has it too.</summary>
        internal void Claim(I2cAddress address, string device, ILogger logger) =>
            _pool.Claim(this, address, device, logger);

        /// <inheritdoc/>
        public int Transfer(ReadOnlySpan<I2cMessage> messages) => Shared.Bus.Bus.Transfer(messages);

        /// <summary>Gives the share back; with the last one, the adapter is closed.</summary>
        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _isGivenBack, true))
                _pool.GiveBack(this);
        }
    }

    /// <summary>An adapter with those that share it.</summary>
    internal sealed class SharedBus(HostBus bus)
    {
        internal HostBus Bus => bus;

        internal int Shares { get; set; }

        internal Dictionary<(BusShare Share, I2cAddress Address), string> Claims { get; } = [];
    }
}

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>Doorbells that the kernel's IOEVENTFD answers, and a thread that passes them on.</summary>
/// <remarks>
/// To be disposed of before the page of the requests is unmapped, and before the transport. Needs a kernel with
/// CONFIG_XEN_PRIVCMD_EVENTFD in a domain that Xen translates for; there are many without.
/// </remarks>
public sealed class DoorbellEvents : IDoorbellEvents
{
    // IOEVENTFD looks at the register QueueNotify of a virtio-mmio device: any address is that of some device.
    private const ulong QueueNotify = 0x50;

    private readonly IoEvents _events;
    private readonly IKernel _kernel;
    private readonly EventPoller<Bell> _poller;
    private readonly Lock _gate = new();
    private readonly List<Bell> _bells = [];
    private bool _disposed;

    private DoorbellEvents(PrivcmdTransport transport, IoEvents events, DomainId domain, ILogger logger)
    {
        _events = events;
        _kernel = transport.Kernel;
        _poller = new EventPoller<Bell>(_kernel, domain, logger, $"doorbells of domain {domain}", new Owner(this));
    }

    /// <summary>Whether the kernel can answer doorbells.</summary>
    /// <param name="transport">An open transport, not restricted yet.</param>
    public static bool IsInKernel(PrivcmdTransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        return KernelEvents.HasIo(transport, domain: default);
    }

    /// <summary>Finds out whether the kernel can.</summary>
    /// <param name="transport">An open transport; restricted to the domain or not.</param>
    /// <param name="domain">The guest's domain.</param>
    /// <param name="page">The page with the guest's requests, as mapped.</param>
    /// <param name="ports">For each vCPU our end of its event channel.</param>
    /// <param name="logger">Gets what is worth to know; null for nobody.</param>
    /// <returns>Null if it cannot: the device model sees all writes then.</returns>
    /// <exception cref="HypercallException">The kernel has no eventfd left.</exception>
    public static DoorbellEvents? TryOpen(
        PrivcmdTransport transport,
        DomainId domain,
        IForeignMapping page,
        ReadOnlySpan<EventChannelPort> ports,
        ILogger? logger = null)
    {
        var events = IoEvents.Open(transport, domain, page, ports, logger);
        if (events.IsInKernel)
            return new DoorbellEvents(transport, events, domain, logger ?? NullLogger.Instance);
        events.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public bool TryAdd(ulong address, int size, ulong value, Action ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        if (address < QueueNotify || value > ushort.MaxValue || size is not (1 or 2 or 4 or 8))
            return false;
        lock (_gate)
        {
            if (_disposed || _bells.Count == IKernel.MaximumPolled - 1)
                return false;
            EventFile? file = null;
            try
            {
                file = EventFile.Create(_kernel);
                _events.Assign(file.Handle, address - QueueNotify, size, (ushort)value);
            }
            catch (Exception error) when (error is HypercallException or ArgumentException)
            {
                file?.Dispose();
                return false;
            }

            _bells.Add(new Bell(file, address, ring));
            _poller.Change();
            return true;
        }
    }

    /// <inheritdoc/>
    public void Remove(ulong address)
    {
        List<Bell> ended;
        lock (_gate)
        {
            if (_disposed)
                return;
            ended = _bells.FindAll(bell => bell.Address == address);
            _bells.RemoveAll(bell => bell.Address == address);
            _poller.Change();
        }

        ended.ForEach(End);
    }

    /// <summary>Ends all of them. A second time nothing happens.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        _poller.Dispose();
        _bells.ForEach(End);
        _events.Dispose();
    }

    // Without the gate, as all rings: whoever is rung may have locks of its own.
    private void End(Bell bell)
    {
        _events.Deassign(bell.File.Handle);
        if (bell.File.TryTake())
            bell.Ring();
        bell.File.Dispose();
    }

    private sealed class Owner(DoorbellEvents events) : IEventPollerOwner<Bell>
    {
        public Bell[] List()
        {
            lock (events._gate)
                return [.. events._bells];
        }

        public SafeHandle FileOf(Bell entry) => entry.File.Handle;

        public void OnReady(Bell entry)
        {
            if (entry.TryTake())
                entry.Ring();
        }

        // A doorbell that was removed: the next round is without it.
        public void OnClosed()
        {
        }
    }

    private sealed class Bell(EventFile file, ulong address, Action ring)
    {
        internal EventFile File => file;

        internal ulong Address => address;

        internal void Ring() => ring();

        /// <summary>Whether it was signalled; not after its removal, which has seen to that.</summary>
        internal bool TryTake()
        {
            try
            {
                return file.TryTake();
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }
    }
}

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Telemetry;
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

    private static readonly TimeSpan s_pauseAfterError = TimeSpan.FromMilliseconds(10);

    private readonly IoEvents _events;
    private readonly IKernel _kernel;
    private readonly DomainId _domain;
    private readonly ILogger _logger;
    private readonly EventFile _wake;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly List<Bell> _bells = [];
    private bool _changed = true;
    private bool _disposed;

    private DoorbellEvents(PrivcmdTransport transport, IoEvents events, DomainId domain, ILogger logger)
    {
        _events = events;
        _kernel = transport.Kernel;
        _domain = domain;
        _logger = logger;
        _wake = EventFile.Create(_kernel);
        _thread = new Thread(Run) { IsBackground = true, Name = $"doorbells of domain {domain}" };
        _thread.Start();
    }

    /// <summary>Whether the kernel can answer doorbells.</summary>
    /// <param name="transport">An open transport, not restricted yet.</param>
    public static bool IsInKernel(PrivcmdTransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        return KernelEvents.HasIo(transport, domain: default);
    }

    /// <summary>Finds out whether the kernel can.</summary>
    /// <param name="transport">An open transport; on x86 not restricted yet.</param>
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
            Changed();
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
            Changed();
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

        _wake.Signal();
        _thread.Join();
        _bells.ForEach(End);
        _wake.Dispose();
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

    // The caller holds the gate.
    private void Changed()
    {
        _changed = true;
        _wake.Signal();
    }

    private void Run()
    {
        Bell[] bells = [];
        SafeHandle[] files = [];
        bool[] ready = [];
        while (true)
        {
            lock (_gate)
            {
                if (_disposed)
                    return;
                if (_changed)
                {
                    _changed = false;
                    bells = [.. _bells];
                    files = [_wake.Handle, .. Array.ConvertAll(bells, bell => bell.File.Handle)];
                    ready = new bool[files.Length];
                }
            }

            if (Poll(files, ready))
                RingReady(bells, ready);
        }
    }

    private bool Poll(SafeHandle[] files, bool[] ready)
    {
        try
        {
            var result = _kernel.Poll(files, ready, milliseconds: -1);
            if (result.Value > 0 && ready[0])
                _wake.TryTake();
            if (result.IsSuccess || result.Errno == Libc.EINTR)
                return result.IsSuccess;
            _logger.PollFailed(_domain, XenErrno.Name(result.Errno));
            _kernel.Pause(s_pauseAfterError);
        }
        catch (ObjectDisposedException)
        {
            // A doorbell that was removed: the next round is without it.
        }

        return false;
    }

    private static void RingReady(Bell[] bells, bool[] ready)
    {
        for (var i = 0; i < bells.Length; i++)
        {
            if (ready[i + 1] && bells[i].TryTake())
                bells[i].Ring();
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

using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Telemetry;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>Event channels through <c>/dev/xen/evtchn</c>.</summary>
/// <remarks>
/// Thread-safe; one thread at a time waits. Disposal closes all ports and ends a wait that is under way; after it every
/// call throws <see cref="ObjectDisposedException"/>. A port that was pending when it was unbound may still be reported
/// once: the kernel queues ports until they are read.
/// </remarks>
// SAFETY: what the kernel is pointed to are locals of the calling method, of the type and size that the request has.
public sealed unsafe partial class LinuxEventChannels : IEventChannels, IRestrictable
{
    private readonly IKernel _kernel;
    private readonly ILogger _logger;
    private readonly SafeHandle _evtchn;
    private readonly EventFile _wake;
    private readonly TimeSpan _spin;

    // Held while the kernel binds and unbinds, so that what it says and what is known here do not part.
    private readonly Lock _binding = new();
    private readonly HashSet<EventChannelPort> _bound = [];
    private int _disposed;

    private LinuxEventChannels(IKernel kernel, EventChannelOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Spin, TimeSpan.Zero, nameof(options));
        _kernel = kernel;
        _logger = options.Logger ?? NullLogger.Instance;
        _spin = options.Spin;
        _evtchn = XenDevice.Open(kernel, XenDevice.EventChannel, "xen-evtchn", Libc.O_NONBLOCK);
        try
        {
            _wake = EventFile.Create(kernel);
        }
        catch
        {
            _evtchn.Dispose();
            throw;
        }

        _polled = [_evtchn, _wake.Handle];
    }

    /// <summary>
    /// The open file, for a poll or epoll of the caller's own: it can be read when a port is pending, and
    /// <see cref="Wait"/> without a timeout then takes the ports. It is not to be read, written or closed.
    /// </summary>
    public SafeHandle PollHandle => _evtchn;

    /// <summary>The ports that are bound now, in no particular order: what would leak if this were never disposed of.</summary>
    public IReadOnlyCollection<EventChannelPort> BoundPorts
    {
        get
        {
            lock (_binding)
                return _bound.ToArray();
        }
    }

    /// <summary>Opens the driver.</summary>
    /// <param name="options">How waits are done; null for the defaults.</param>
    /// <exception cref="XenUnavailableException">There is no driver, or no permission to use it.</exception>
    public static LinuxEventChannels Open(EventChannelOptions? options = null) => Open(LinuxKernel.Instance, options);

    internal static LinuxEventChannels Open(IKernel kernel, EventChannelOptions? options = null) =>
        new(kernel, options ?? new EventChannelOptions());

    /// <inheritdoc/>
    public EventChannelPort BindInterdomain(DomainId remote, EventChannelPort remotePort)
    {
        var bind = new ioctl_evtchn_bind_interdomain { remote_domain = remote.Value, remote_port = remotePort.Value };
        lock (_binding)
        {
            ThrowIfDisposed();
            var result = _kernel.Ioctl(_evtchn, XenAbi.IOCTL_EVTCHN_BIND_INTERDOMAIN, &bind);
            return result.IsSuccess
                ? Bound(result.Value)
                : throw new HypercallException($"evtchn BIND_INTERDOMAIN of port {remotePort}", result.Errno, remote);
        }
    }

    /// <inheritdoc/>
    public EventChannelPort BindUnbound(DomainId remote)
    {
        var bind = new ioctl_evtchn_bind_unbound_port { remote_domain = remote.Value };
        lock (_binding)
        {
            ThrowIfDisposed();
            var result = _kernel.Ioctl(_evtchn, XenAbi.IOCTL_EVTCHN_BIND_UNBOUND_PORT, &bind);
            return Bound(result.OrThrow("evtchn BIND_UNBOUND_PORT", remote));
        }
    }

    /// <inheritdoc/>
    public EventChannelPort BindVirq(uint virq)
    {
        var bind = new ioctl_evtchn_bind_virq { virq = virq };
        lock (_binding)
        {
            ThrowIfDisposed();
            var result = _kernel.Ioctl(_evtchn, XenAbi.IOCTL_EVTCHN_BIND_VIRQ, &bind);
            return result.IsSuccess
                ? Bound(result.Value)
                : throw new HypercallException($"evtchn BIND_VIRQ of VIRQ {virq}", result.Errno);
        }
    }

    /// <inheritdoc/>
    public void Unbind(EventChannelPort port)
    {
        lock (_binding)
        {
            ThrowIfDisposed();
            CloseOrThrow(port);
        }
    }

    /// <inheritdoc/>
    /// <remarks>What was pending is forgotten.</remarks>
    /// <exception cref="HypercallException">The driver refused.</exception>
    public void Reset()
    {
        lock (_binding)
        {
            ThrowIfDisposed();
            foreach (var port in _bound.ToArray())
                CloseOrThrow(port);

            // RESET by itself only empties the queue of pending ports.
            _kernel.Ioctl(_evtchn, XenAbi.IOCTL_EVTCHN_RESET, null).OrThrow("evtchn RESET");
        }
    }

    /// <inheritdoc/>
    public HypercallResult Notify(EventChannelPort port)
    {
        ThrowIfDisposed();
        var notify = new ioctl_evtchn_notify { port = port.Value };
        return _kernel.Ioctl(_evtchn, XenAbi.IOCTL_EVTCHN_NOTIFY, &notify);
    }

    /// <inheritdoc/>
    public void Unmask(EventChannelPort port)
    {
        ThrowIfDisposed();
        var value = port.Value;
        var result = _kernel.Write(_evtchn, &value, sizeof(uint));
        if (!result.IsSuccess)
            _logger.UnmaskFailed(port, XenErrno.Name(result.Errno));
    }

    /// <inheritdoc/>
    /// <remarks>
    /// What is bound stays bound; after it, ports can be bound to that domain only, and virtual interrupts not at all. The
    /// driver refuses a second time with EACCES, and domain 0 and reserved ones with EINVAL.
    /// </remarks>
    public HypercallResult Restrict(DomainId domain)
    {
        ThrowIfDisposed();
        var restrict = new ioctl_evtchn_restrict_domid { domid = domain.Value };
        var result = _kernel.Ioctl(_evtchn, XenAbi.IOCTL_EVTCHN_RESTRICT_DOMID, &restrict);
        _logger.RestrictEnded(XenDevice.EventChannel, domain, result);
        return result;
    }

    /// <summary>Closes every port and the driver, and ends a wait. A second time nothing happens.</summary>
    /// <remarks>When it returns the ports are closed, also if a thread still waits and so keeps the driver open.</remarks>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        // Whoever polls keeps both files open until the poll has ended: closing them does not close the ports by then. A
        // port that the kernel refuses to unbind goes with the file.
        _wake.Signal();
        lock (_binding)
        {
            foreach (var port in _bound)
                _ = Close(port);
            _bound.Clear();
        }

        _evtchn.Dispose();
        _wake.Dispose();
    }

    // The file itself stays open while somebody polls it.
    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);

    private EventChannelPort Bound(long port)
    {
        var bound = new EventChannelPort((uint)port);
        _bound.Add(bound);
        return bound;
    }

    // The caller holds the lock.
    private void CloseOrThrow(EventChannelPort port)
    {
        var result = Close(port);
        if (!result.IsSuccess)
            throw new HypercallException($"evtchn UNBIND of port {port}", result.Errno);
        _bound.Remove(port);
    }

    private HypercallResult Close(EventChannelPort port)
    {
        var unbind = new ioctl_evtchn_unbind { port = port.Value };
        return _kernel.Ioctl(_evtchn, XenAbi.IOCTL_EVTCHN_UNBIND, &unbind);
    }
}

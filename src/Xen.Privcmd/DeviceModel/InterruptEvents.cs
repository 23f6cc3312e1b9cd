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

/// <summary>Eventfds that interrupt a guest: a signal issues a device model operation that was prepared beforehand.</summary>
/// <remarks>
/// Where the kernel has IRQFD it does so by itself; elsewhere a thread does, with the same outcome. Each eventfd's signals
/// are taken by it. No signal is lost: one from before <see cref="Assign"/> counts, and so does one from just before
/// <see cref="Deassign"/>, after which none does. Thread-safe. The transport must outlive it.
/// </remarks>
// SAFETY: what the kernel and Xen are pointed to are locals of the calling method, of the type and size that they are told.
public sealed unsafe partial class InterruptEvents : IDisposable
{
    private readonly PrivcmdTransport _transport;
    private readonly IKernel _kernel;
    private readonly DomainId _domain;
    private readonly ILogger _logger;

    // Held while an interrupt is raised, so that none comes after the end of its assignment.
    private readonly Lock _gate = new();
    private readonly List<Source> _sources = [];
    private bool _disposed;

    private InterruptEvents(PrivcmdTransport transport, DomainId domain, ILogger logger)
    {
        _transport = transport;
        _kernel = transport.Kernel;
        _domain = domain;
        _logger = logger;
        IsInKernel = KernelEvents.HasInterrupts(transport, domain);
        logger.InterruptPath(domain, IsInKernel ? "the kernel" : "a thread");
        if (!IsInKernel)
            StartThread();
    }

    /// <summary>Whether the kernel does the work. If not, at most 1023 eventfds can be assigned.</summary>
    public bool IsInKernel { get; }

    /// <summary>Finds out what the kernel can do, and starts a thread if need be.</summary>
    /// <param name="transport">Issues the operations; restricted to the domain or not.</param>
    /// <param name="domain">The guest's domain.</param>
    /// <param name="logger">Gets what is worth to know; null for nobody.</param>
    /// <exception cref="HypercallException">The kernel has no eventfd left.</exception>
    public static InterruptEvents Open(PrivcmdTransport transport, DomainId domain, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        return new InterruptEvents(transport, domain, logger ?? NullLogger.Instance);
    }

    /// <summary>From now on signals interrupt the guest. If there was one already, it does so now.</summary>
    /// <param name="eventFile">
    /// An eventfd, which stays the caller's, to be closed after <see cref="Deassign"/>: if it is closed before, the assignment
    /// ends at some time after that.
    /// </param>
    /// <param name="operation">What a signal issues; see <see cref="InterruptOperation"/>.</param>
    /// <exception cref="HypercallException">EBUSY: it is assigned. ENOSPC: there are too many.</exception>
    /// <exception cref="ObjectDisposedException">This or the file was disposed of.</exception>
    public void Assign(SafeHandle eventFile, in xen_dm_op operation)
    {
        ArgumentNullException.ThrowIfNull(eventFile);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ObjectDisposedException.ThrowIf(eventFile.IsClosed, eventFile);
            _sources.RemoveAll(source => source.File.IsClosed);
            if (Find(eventFile) is not null)
                throw new HypercallException("privcmd IRQFD", XenAbi.XEN_EBUSY, _domain);
            if (!IsInKernel && _sources.Count == IKernel.MaximumPolled - 1)
                throw new HypercallException("privcmd IRQFD", XenAbi.XEN_ENOSPC, _domain);

            var source = new Source(eventFile, operation);
            if (IsInKernel)
                AskKernel(source, flags: 0).OrThrow("privcmd IRQFD", _domain);
            _sources.Add(source);
            _poller?.Change();
        }
    }

    /// <summary>Ends an assignment. When this returns, no interrupt of it comes any more.</summary>
    /// <param name="eventFile">The eventfd.</param>
    /// <returns>False if it was not assigned.</returns>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public bool Deassign(SafeHandle eventFile)
    {
        ArgumentNullException.ThrowIfNull(eventFile);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (Find(eventFile) is not { } source)
                return false;
            _sources.Remove(source);
            End(source);
            _poller?.Change();
            return true;
        }
    }

    /// <summary>Ends all assignments. A second time nothing happens.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            foreach (var source in _sources)
                End(source);
            _sources.Clear();
        }

        _poller?.Dispose();
    }

    private Source? Find(SafeHandle file) =>
        _sources.Find(source => ReferenceEquals(source.File, file) || IsSameDescriptor(source.File, file));

    // SAFETY: the numbers are compared, not used; two files that are open have different ones unless they are the same.
    private static bool IsSameDescriptor(SafeHandle one, SafeHandle other) =>
        !one.IsClosed && !other.IsClosed && one.DangerousGetHandle() == other.DangerousGetHandle();

    private void End(Source source)
    {
        try
        {
            if (!IsInKernel)
                RaiseIfSignalled(source);
            else if (AskKernel(source, XenAbi.PRIVCMD_IRQFD_FLAG_DEASSIGN) is { IsSuccess: false, Errno: var errno })
                _logger.DeassignFailed("IRQFD", _domain, XenErrno.Name(errno));
        }
        catch (ObjectDisposedException)
        {
            // Closing the file has ended it.
        }
    }

    private HypercallResult AskKernel(Source source, uint flags)
    {
        var operation = source.Operation;
        var request = new privcmd_irqfd
        {
            dm_op = (ulong)&operation,
            size = (uint)sizeof(xen_dm_op),
            flags = flags,
            dom = _domain.Value,
        };

        var referenced = false;
        try
        {
            source.File.DangerousAddRef(ref referenced);

            // SAFETY: the reference keeps the descriptor from being reused; the kernel copies the structure and the operation
            // that it points to, both of this stack frame.
            request.fd = (uint)source.File.DangerousGetHandle();
            return _transport.Control(XenAbi.IOCTL_PRIVCMD_IRQFD, &request);
        }
        finally
        {
            if (referenced)
                source.File.DangerousRelease();
        }
    }

    private sealed class Source(SafeHandle file, xen_dm_op operation)
    {
        internal SafeHandle File => file;

        internal xen_dm_op Operation => operation;

        /// <summary>The last operation failed: the next failure is no news.</summary>
        internal bool IsFailing { get; set; }
    }
}

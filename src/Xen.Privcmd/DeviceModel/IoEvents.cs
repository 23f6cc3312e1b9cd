using System;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Privcmd.Telemetry;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>Eventfds that a guest signals by writing the number of a queue to a virtio-mmio device's QueueNotify.</summary>
/// <remarks>
/// Where the kernel has IOEVENTFD it answers such a request by itself, and nobody else sees it: whoever serves the requests
/// must look at each state afresh, and take a wake-up without a request for nothing. Elsewhere, and for requests that came
/// before the kernel was told, that thread asks <see cref="TryHandle"/> first, and answers the request if it says so.
/// Thread-safe. The transport must outlive it: the kernel is told through it of the end of assignments. To be disposed of
/// before the page of the requests is unmapped: the kernel does not hold the page.
/// </remarks>
public sealed unsafe class IoEvents : IDisposable
{
    // virtio 1.2, 4.2.2: the register QueueNotify.
    private const ulong QueueNotify = 0x50;
    private const int MaximumVcpus = 4096;

    private readonly PrivcmdTransport _transport;
    private readonly DomainId _domain;
    private readonly ILogger _logger;
    private readonly IForeignMapping? _page;
    private readonly ulong _pageAddress;
    private readonly uint[] _ports;
    private readonly Lock _gate = new();

    // Replaced as a whole: requests are matched without a lock.
    private Doorbell[] _doorbells = [];
    private bool _disposed;

    private IoEvents(
        PrivcmdTransport transport,
        DomainId domain,
        IForeignMapping? page,
        ReadOnlySpan<EventChannelPort> ports,
        ILogger logger)
    {
        _transport = transport;
        _domain = domain;
        _page = page;
        _pageAddress = page is null ? 0 : (ulong)page.Address;
        _ports = new uint[ports.Length];
        for (var i = 0; i < ports.Length; i++)
            _ports[i] = ports[i].Value;
        _logger = logger;
        IsInKernel = page is not null && KernelEvents.HasIo(transport, domain);
        logger.IoPath(domain, IsInKernel ? "the kernel" : "the thread that serves requests");
    }

    /// <summary>Whether the kernel does the work.</summary>
    public bool IsInKernel { get; }

    /// <summary>Finds out what the kernel can do.</summary>
    /// <param name="transport">An open transport; restricted to the domain or not.</param>
    /// <param name="domain">The guest's domain.</param>
    /// <param name="page">The page with the guest's requests, as mapped; null keeps the kernel out of it.</param>
    /// <param name="ports">For each vCPU our end of its event channel.</param>
    /// <param name="logger">Gets what is worth to know; null for nobody.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 4096 vCPUs.</exception>
    public static IoEvents Open(
        PrivcmdTransport transport,
        DomainId domain,
        IForeignMapping? page,
        ReadOnlySpan<EventChannelPort> ports,
        ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentOutOfRangeException.ThrowIfZero(ports.Length, nameof(ports));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ports.Length, MaximumVcpus, nameof(ports));
        return new IoEvents(transport, domain, page, ports, logger ?? NullLogger.Instance);
    }

    /// <summary>From now on writes of a queue's number signal an eventfd.</summary>
    /// <param name="eventFile">An eventfd, which stays the caller's; it is closed only after the assignment's end.</param>
    /// <param name="address">Guest address of the device's registers; the write is to its QueueNotify.</param>
    /// <param name="length">Bytes that are written: 1, 2, 4 or 8.</param>
    /// <param name="queue">The queue: the low 16 bits of what is written.</param>
    /// <exception cref="ArgumentException">Another length, or registers that leave the address space.</exception>
    /// <exception cref="HypercallException">EBUSY: it is assigned. Otherwise what the kernel says.</exception>
    /// <exception cref="ObjectDisposedException">This or the file was disposed of.</exception>
    public void Assign(SafeHandle eventFile, ulong address, int length, ushort queue)
    {
        ArgumentNullException.ThrowIfNull(eventFile);
        if (length is not (1 or 2 or 4 or 8))
            throw new ArgumentException("1, 2, 4 or 8 bytes", nameof(length));
        if (address > ulong.MaxValue - QueueNotify - (uint)length)
            throw new ArgumentException("the registers leave the address space", nameof(address));

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (Find(eventFile) is not null)
                throw new HypercallException("privcmd IOEVENTFD", XenAbi.XEN_EBUSY, _domain);

            var added = new Doorbell(eventFile, address, (uint)length, queue);
            var result = IsInKernel ? AskKernel(added, flags: 0) : default;
            if (!result.IsSuccess)
            {
                added.Close();
                throw new HypercallException("privcmd IOEVENTFD", result.Errno, _domain);
            }

            _doorbells = [.. _doorbells, added];
        }
    }

    /// <summary>Ends an assignment.</summary>
    /// <param name="eventFile">The eventfd.</param>
    /// <returns>False if it was not assigned.</returns>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public bool Deassign(SafeHandle eventFile)
    {
        ArgumentNullException.ThrowIfNull(eventFile);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (Find(eventFile) is not { } doorbell)
                return false;
            _doorbells = Array.FindAll(_doorbells, other => other != doorbell);
            End(doorbell);
            return true;
        }
    }

    /// <summary>Whether a request was such a write. If so, its eventfd is signalled. Allocates nothing.</summary>
    /// <param name="request">A copy of the request, which the caller has taken.</param>
    /// <returns>True: the caller answers the request, and does nothing else about it.</returns>
    public bool TryHandle(in ioreq request)
    {
        if (request.type != XenAbi.IOREQ_TYPE_COPY || request.dir != XenAbi.IOREQ_WRITE)
            return false;

        // Only x86 has these: data is then an address, or there is more than one write.
        if (request.data_is_ptr != 0 || request.count != 1)
            return false;

        foreach (var doorbell in Volatile.Read(ref _doorbells))
        {
            if (!doorbell.Matches(request))
                continue;
            EventFile.Signal(_transport.Kernel, doorbell.File);
            return true;
        }

        return false;
    }

    /// <summary>Ends all assignments. A second time nothing happens.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            foreach (var doorbell in _doorbells)
                End(doorbell);
            _doorbells = [];
        }
    }

    private Doorbell? Find(SafeHandle file) => Array.Find(_doorbells, doorbell => doorbell.Is(file));

    private void End(Doorbell doorbell)
    {
        var result = IsInKernel ? AskKernel(doorbell, XenAbi.PRIVCMD_IOEVENTFD_FLAG_DEASSIGN) : default;
        if (!result.IsSuccess)
            _logger.DeassignFailed("IOEVENTFD", _domain, XenErrno.Name(result.Errno));
        doorbell.Close();
    }

    private HypercallResult AskKernel(Doorbell doorbell, uint flags)
    {
        // SAFETY: the kernel copies the structure and the ports, which are pinned, one for each vCPU; the page is mapped,
        // as the caller has promised.
        fixed (uint* first = _ports)
        {
            var request = new privcmd_ioeventfd
            {
                ioreq = _pageAddress,
                ports = (ulong)first,
                addr = doorbell.Base,
                addr_len = doorbell.Length,
                event_fd = doorbell.Descriptor,
                vcpus = (uint)_ports.Length,
                vq = doorbell.Queue,
                flags = flags,
                dom = _domain.Value,
            };
            var result = _transport.Control(XenAbi.IOCTL_PRIVCMD_IOEVENTFD, &request);
            GC.KeepAlive(_page);
            return result;
        }
    }

    // Keeps the file open, so that the kernel can be told which it was, and another one cannot have its number.
    private sealed class Doorbell
    {
        internal Doorbell(SafeHandle file, ulong address, uint length, ushort queue)
        {
            File = file;
            Base = address;
            Length = length;
            Queue = queue;
            var referenced = false;
            file.DangerousAddRef(ref referenced);

            // SAFETY: the reference is held until Close.
            Descriptor = (uint)file.DangerousGetHandle();
        }

        internal SafeHandle File { get; }

        internal uint Descriptor { get; }

        internal ulong Base { get; }

        internal uint Length { get; }

        internal ushort Queue { get; }

        // SAFETY: the numbers are compared, not used.
        internal bool Is(SafeHandle file) =>
            ReferenceEquals(File, file) || (!file.IsClosed && Descriptor == (uint)file.DangerousGetHandle());

        internal bool Matches(in ioreq request) =>
            request.addr == Base + QueueNotify && request.size == Length && (ushort)request.data == Queue;

        internal void Close() => File.DangerousRelease();
    }
}

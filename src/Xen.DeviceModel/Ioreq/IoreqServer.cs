using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>An IOREQ server: it answers a domain's accesses to the address ranges it has claimed.</summary>
/// <remarks>
/// Life: <see cref="Create"/> or <see cref="Adopt"/>, map devices, <see cref="Start()"/>, dispose or <see cref="Detach"/>. One
/// thread waits for all vCPUs of the domain and answers inline; every request gets exactly one response, whatever it asks and
/// whatever a device does. A domain may have several servers, and a process may serve several domains.
/// </remarks>
public sealed partial class IoreqServer : IDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly IHypercallTransport _transport;
    private readonly IEventChannels _eventChannels;
    private readonly DomainId _domain;
    private readonly IoreqPages _pages;
    private readonly uint _vcpus;
    private readonly EventChannelPort? _remoteBufferedPort;
    private readonly IoBus _mmio = new();
    private readonly IoBus _ports = new();
    private readonly PciConfigurationSpace _pci = new();
    private readonly DoorbellBoard _doorbells = new();
    private readonly IoRequestHandler _handler;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private IoreqThread? _thread;
    private bool _disposed;

    private IoreqServer(
        IHypercallTransport transport,
        IEventChannels eventChannels,
        DomainId domain,
        IoreqServerId id,
        uint vcpus,
        IoreqPages pages,
        EventChannelPort? remoteBufferedPort,
        ForeignGuestMemory memory,
        ILogger logger)
    {
        _transport = transport;
        _eventChannels = eventChannels;
        _domain = domain;
        Id = id;
        _vcpus = vcpus;
        _pages = pages;
        _remoteBufferedPort = remoteBufferedPort;
        _logger = logger;
        _handler = new IoRequestHandler(_mmio, _ports, _pci, memory, logger);
    }

    /// <summary>The server's number within its domain.</summary>
    public IoreqServerId Id { get; }

    /// <summary>True if it was made by somebody else, who left it behind.</summary>
    public bool IsAdopted { get; private init; }

    /// <summary>What it has done so far. May be read at any time, from any thread.</summary>
    public IoreqServerStatistics Statistics => _handler.Statistics;

    /// <summary>
    /// Completes when the server no longer answers: because it was disposed, or, with the error, because it failed. Then
    /// dispose it, so that Xen lets the guest's vCPUs go on.
    /// </summary>
    /// <exception cref="InvalidOperationException">The server has not been started.</exception>
    public Task Completion =>
        _thread?.Completion ?? throw new InvalidOperationException("this IOREQ server has not been started");

    /// <summary>Makes a server, disabled and without ranges.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="foreignMemory">Maps the pages that Xen and the server share.</param>
    /// <param name="eventChannels">Carries the notifications; its waiting belongs to this server.</param>
    /// <param name="domain">The HVM or PVH domain to serve.</param>
    /// <param name="memory">That domain's memory: string instructions use it, and invalidations refresh it.</param>
    /// <param name="logger">Told of what a user should know.</param>
    /// <param name="options">What it is made like.</param>
    /// <returns>The server. Disposing it ends it in Xen as well.</returns>
    /// <exception cref="HypercallException">Xen or the kernel refused; nothing is left behind.</exception>
    public static IoreqServer Create(
        IHypercallTransport transport,
        IForeignMemory foreignMemory,
        IEventChannels eventChannels,
        DomainId domain,
        ForeignGuestMemory memory,
        ILogger? logger = null,
        IoreqServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(foreignMemory);
        ArgumentNullException.ThrowIfNull(eventChannels);
        ArgumentNullException.ThrowIfNull(memory);

        var buffered = (options ?? new IoreqServerOptions()).Buffered;
        DmOp.GetVcpuCount(transport, domain, out var vcpus).OrThrow("dm_op nr_vcpus", domain);
        DmOp.CreateIoreqServer(transport, domain, buffered, out var id)
            .OrThrow("dm_op create_ioreq_server", domain);
        try
        {
            return Open(transport, foreignMemory, eventChannels, domain, id, vcpus, memory, logger, isAdopted: false);
        }
        catch
        {
            DmOp.DestroyIoreqServer(transport, domain, id);
            throw;
        }
    }

    /// <summary>Takes over a server that was left behind: its process was killed, or has detached.</summary>
    /// <remarks>
    /// Enabled or not, with its ranges and with the requests that wait for an answer: those are carried out when this one
    /// starts, maybe for the second time. A device for each range that is in use must be mapped before.
    /// </remarks>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="foreignMemory">Maps the pages that Xen and the server share.</param>
    /// <param name="eventChannels">Carries the notifications; its waiting belongs to this server.</param>
    /// <param name="domain">The domain that is served.</param>
    /// <param name="id">The server; this domain has made it, and no process serves it.</param>
    /// <param name="memory">That domain's memory: string instructions use it, and invalidations refresh it.</param>
    /// <param name="logger">Told of what a user should know.</param>
    /// <returns>The server. If it is disposed without having been started, it is left as it was.</returns>
    /// <exception cref="HypercallException">
    /// ENOENT: there is no such server. EPERM: another domain made it. Or Xen or the kernel refused something else.
    /// </exception>
    public static IoreqServer Adopt(
        IHypercallTransport transport,
        IForeignMemory foreignMemory,
        IEventChannels eventChannels,
        DomainId domain,
        IoreqServerId id,
        ForeignGuestMemory memory,
        ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(foreignMemory);
        ArgumentNullException.ThrowIfNull(eventChannels);
        ArgumentNullException.ThrowIfNull(memory);

        DmOp.GetVcpuCount(transport, domain, out var vcpus).OrThrow("dm_op nr_vcpus", domain);
        return Open(transport, foreignMemory, eventChannels, domain, id, vcpus, memory, logger, isAdopted: true);
    }

    /// <summary>Enables the server and starts to answer.</summary>
    /// <exception cref="InvalidOperationException">It has been started already.</exception>
    /// <exception cref="HypercallException">
    /// Xen refused. EINVAL for a server that was adopted: its process is alive, and serves it.
    /// </exception>
    public void Start() => Start(openDoorbells: null);

    /// <summary>Stops answering, and leaves the server in Xen, with the requests that wait, for another process to adopt.</summary>
    /// <remarks>Until that has started, vCPUs wait that access it. Dispose of this object all the same.</remarks>
    public void Detach() => Stop(isLeft: true);

    /// <summary>
    /// Stops answering, gives the ports back, and ends the server in Xen, which lets waiting vCPUs go on.
    /// </summary>
    public void Dispose() => Stop(isLeft: IsAdopted && _thread is null);

    /// <summary>
    /// The same as <see cref="Dispose"/>, but ends also a server in Xen that was adopted and has not been started.
    /// </summary>
    internal void End() => Stop(isLeft: false);

    /// <summary>Enables the server and starts to answer.</summary>
    /// <param name="openDoorbells">
    /// Called before any request is looked at: given the page of the slots and the ports, gives somebody who answers writes to
    /// doorbells, or null.
    /// </param>
    internal void Start(Func<IForeignMapping, EventChannelPort[], IDoorbellEvents?>? openDoorbells)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_thread is not null)
            throw new InvalidOperationException("this IOREQ server has been started already");

        // Xen fills in the ports when the server is enabled, not before.
        DmOp.SetIoreqServerState(_transport, _domain, Id, enabled: true)
            .OrThrow("dm_op set_ioreq_server_state", _domain);
        var bound = new List<EventChannelPort>();
        IDoorbellEvents? events = null;
        try
        {
            var ports = new Dictionary<EventChannelPort, DeferrableAccess>();
            for (var vcpu = 0; vcpu < _vcpus; vcpu++)
            {
                var slot = _pages.Slot(vcpu);
                var port = Bind(slot.RemotePort);
                ports.Add(port, new DeferrableAccess(slot, port, _eventChannels, _logger));
            }

            EventChannelPort? buffered = _remoteBufferedPort is { } remote ? Bind(remote) : null;

            // The kernel looks at one page of slots.
            if (_pages.Slots.PageCount == 1)
                events = openDoorbells?.Invoke(_pages.Slots, [.. ports.Keys]);
            Action? onServing = events is null ? null : () => _doorbells.Open(events);
            _thread = new IoreqThread(_eventChannels, _pages, ports, buffered, _handler, onServing, _logger, _stop.Token);
            _thread.Start($"ioreq dom{_domain} #{Id}");
        }
        catch
        {
            events?.Dispose();
            foreach (var port in bound)
                _eventChannels.Unbind(port);
            throw;
        }

        _logger.ServerStarted(Id, _domain, _vcpus);

        EventChannelPort Bind(EventChannelPort remote)
        {
            var port = _eventChannels.BindInterdomain(_domain, remote);
            bound.Add(port);
            return port;
        }
    }

    private static IoreqServer Open(
        IHypercallTransport transport,
        IForeignMemory foreignMemory,
        IEventChannels eventChannels,
        DomainId domain,
        IoreqServerId id,
        uint vcpus,
        ForeignGuestMemory memory,
        ILogger? logger,
        bool isAdopted)
    {
        // No port, no ring.
        DmOp.GetIoreqServerPort(transport, domain, id, out var port).OrThrow("dm_op get_ioreq_server_info", domain);
        EventChannelPort? bufferedPort = port == default ? null : port;
        var pages = IoreqPages.Map(foreignMemory, domain, id, vcpus, isBuffered: bufferedPort is not null);
        return new IoreqServer(
            transport, eventChannels, domain, id, vcpus, pages, bufferedPort, memory, logger ?? NullLogger.Instance)
        {
            IsAdopted = isAdopted,
        };
    }

    private void Stop(bool isLeft)
    {
        if (_disposed)
            return;
        _disposed = true;

        _stop.Cancel();
        var stopped = _thread?.Join(StopTimeout) ?? true;
        _doorbells.Dispose();
        _thread?.EndDeferred(isAnswered: !isLeft);
        if (!isLeft)
        {
            DmOp.SetIoreqServerState(_transport, _domain, Id, enabled: false);
            DmOp.DestroyIoreqServer(_transport, _domain, Id);
        }

        if (!stopped)
        {
            // The thread keeps the pages mapped until the device returns, if it ever does.
            _logger.ThreadStuck(Id, _domain);
            return;
        }

        _thread?.UnbindPorts();
        _pages.Dispose();
        _stop.Dispose();
    }
}

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>An IOREQ server: it answers a domain's accesses to the address ranges it has claimed.</summary>
/// <remarks>
/// Life: create, map devices, <see cref="Start"/>, dispose. One thread waits for all vCPUs of the domain and answers
/// inline; every request gets exactly one response, whatever it asks and whatever a device does.
/// </remarks>
public sealed unsafe class IoreqServer : IDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly IHypercallTransport _transport;
    private readonly IEventChannels _eventChannels;
    private readonly DomainId _domain;
    private readonly IForeignMapping _page;
    private readonly uint _vcpus;
    private readonly IoBus _bus = new();
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
        IForeignMapping page,
        ForeignGuestMemory memory,
        ILogger logger)
    {
        _transport = transport;
        _eventChannels = eventChannels;
        _domain = domain;
        Id = id;
        _vcpus = vcpus;
        _page = page;
        _logger = logger;
        _handler = new IoRequestHandler(_bus, memory, logger);
    }

    /// <summary>The server's number within its domain.</summary>
    public IoreqServerId Id { get; }

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
    /// <param name="foreignMemory">Maps the page that Xen and the server share.</param>
    /// <param name="eventChannels">Carries the notifications; its waiting belongs to this server.</param>
    /// <param name="domain">The HVM or PVH domain to serve.</param>
    /// <param name="memory">That domain's memory: string instructions use it, and invalidations refresh it.</param>
    /// <param name="logger">Told of what a user should know.</param>
    /// <returns>The server. Disposing it ends it in Xen as well.</returns>
    /// <exception cref="HypercallException">Xen or the kernel refused; nothing is left behind.</exception>
    public static IoreqServer Create(
        IHypercallTransport transport,
        IForeignMemory foreignMemory,
        IEventChannels eventChannels,
        DomainId domain,
        ForeignGuestMemory memory,
        ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(foreignMemory);
        ArgumentNullException.ThrowIfNull(eventChannels);
        ArgumentNullException.ThrowIfNull(memory);

        DmOp.GetVcpuCount(transport, domain, out var vcpus).OrThrow("dm_op nr_vcpus", domain);
        DmOp.CreateIoreqServer(transport, domain, out var id).OrThrow("dm_op create_ioreq_server", domain);
        try
        {
            // Frame 0 would be the buffered page; the synchronous ones follow it.
            var page = foreignMemory.MapResource(
                domain,
                XenAbi.XENMEM_resource_ioreq_server,
                id.Value,
                frame: XenAbi.XENMEM_resource_ioreq_server_frame_bufioreq + 1,
                count: (int)(((vcpus * (ulong)sizeof(ioreq)) + XenPage.Size - 1) / XenPage.Size));
            return new IoreqServer(
                transport, eventChannels, domain, id, vcpus, page, memory, logger ?? NullLogger.Instance);
        }
        catch
        {
            DmOp.DestroyIoreqServer(transport, domain, id);
            throw;
        }
    }

    /// <summary>Claims a range of guest physical addresses for a device.</summary>
    /// <param name="address">Where the device's window starts.</param>
    /// <param name="device">Answers the accesses.</param>
    /// <exception cref="ArgumentException">The window is empty, wraps around, or overlaps another one.</exception>
    /// <exception cref="HypercallException">Xen refused.</exception>
    public void MapMmio(ulong address, IMmioDevice device)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var region = _bus.Add(address, device);
        var result = DmOp.MapIoRange(_transport, _domain, Id, IoSpace.Memory, region.First, region.Last);
        if (result.IsSuccess)
            return;

        _bus.Remove(region);
        result.OrThrow($"dm_op map_io_range_to_ioreq_server 0x{region.First:x}-0x{region.Last:x}", _domain);
    }

    /// <summary>Enables the server and starts to answer.</summary>
    /// <exception cref="InvalidOperationException">It has been started already.</exception>
    /// <exception cref="HypercallException">Xen refused.</exception>
    public void Start()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_thread is not null)
            throw new InvalidOperationException("this IOREQ server has been started already");

        // Xen fills in the ports when the server is enabled, not before.
        DmOp.SetIoreqServerState(_transport, _domain, Id, enabled: true)
            .OrThrow("dm_op set_ioreq_server_state", _domain);
        var ports = new Dictionary<EventChannelPort, IoreqSlot>();
        _thread = new IoreqThread(_eventChannels, ports, _handler, _page, _logger, _stop.Token);
        for (var vcpu = 0; vcpu < _vcpus; vcpu++)
        {
            // SAFETY: the mapping has room for every vCPU of the domain.
            var slot = new IoreqSlot((ioreq*)_page.Address + vcpu);
            ports.Add(_eventChannels.BindInterdomain(_domain, slot.RemotePort), slot);
        }

        _thread.Start($"ioreq dom{_domain} #{Id}");
        _logger.ServerStarted(Id, _domain, _vcpus);
    }

    /// <summary>
    /// Stops answering, gives the ports back, and ends the server in Xen, which lets waiting vCPUs go on.
    /// </summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;

        _stop.Cancel();
        var stopped = _thread?.Join(StopTimeout) ?? true;
        DmOp.SetIoreqServerState(_transport, _domain, Id, enabled: false);
        DmOp.DestroyIoreqServer(_transport, _domain, Id);
        if (!stopped)
        {
            // The thread keeps the page mapped until the device returns, if it ever does.
            _logger.ThreadStuck(Id, _domain);
            return;
        }

        _thread?.UnbindPorts();
        _page.Dispose();
        _stop.Dispose();
    }
}

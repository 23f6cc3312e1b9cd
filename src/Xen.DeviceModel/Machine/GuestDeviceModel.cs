using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>
/// The part of one guest's machine that this process provides: an IOREQ server, the guest's memory and interrupts, and the
/// devices that are put into it.
/// </summary>
/// <remarks>
/// Life: <see cref="Open"/>, add devices, restore <see cref="SavedStates"/>, <see cref="Start"/>; in the end
/// <see cref="Stop"/> or <see cref="Detach"/>, then stop what the devices do, then <see cref="ReleaseMemory"/> and dispose.
/// Devices may be added and removed while it serves. All that it opens is about its guest alone, and restricted to it before
/// there is a device: one whose state is restored serves its queues at once, whenever accesses are answered.
/// </remarks>
public sealed partial class GuestDeviceModel : IDisposable
{
    private readonly GuestHandles _handles;
    private readonly GuestDeviceModelPlatform _platform;
    private readonly GuestDeviceModelOptions _options;
    private readonly GuestKind _kind;
    private readonly ForeignGuestMemory _memory;
    private readonly GrantGuestMemory? _grants;
    private readonly IoreqServer _server;
    private readonly PciWindows _windows;
    private readonly IoApic? _ioApic;
    private readonly GuestRamLayout? _ram;
    private readonly Dictionary<string, ISavedState> _savedStates = [];
    private readonly ILogger _logger;

    private GuestDeviceModel(
        GuestDeviceModelPlatform platform,
        GuestHandles handles,
        DomainId domain,
        GuestKind kind,
        GuestDeviceModelOptions options,
        ILogger logger)
    {
        _platform = platform;
        _handles = handles;
        _options = options;
        _kind = kind;
        _logger = logger;
        Domain = domain;
        Msi = new DomainMsiSink(handles.Transport, domain, logger);
        _memory = new ForeignGuestMemory(handles.ForeignMemory, domain, logger);
        if (handles.Grants is { } grants)
            _grants = new GrantGuestMemory(grants, domain, _memory, logger: logger);
        try
        {
            _server = OpenServer();
            _windows = new PciWindows(_server, _memory);
            if (kind == GuestKind.Pvh && options.IoApic)
                _ioApic = AddIoApic();
            // What only an unrestricted handle can ask comes first.
            if (options.MapAtOnce)
                _ram = GuestRamLayout.Discover(handles.Transport, domain, kind);
            if (options.Restrict)
                handles.Restrict(domain, logger);
        }
        catch
        {
            _server?.Dispose();
            _memory.Dispose();
            throw;
        }
    }

    /// <summary>The guest's domain.</summary>
    public DomainId Domain { get; }

    /// <summary>The guest's memory: by frames, and by grants if the options say so.</summary>
    public IGuestMemory Memory => _grants is null ? _memory : _grants;

    /// <summary>Where message-signalled interrupts go (x86).</summary>
    public IMsiSink Msi { get; }

    /// <summary>The IOREQ server in Xen: to be noted by whoever wants to take it over after a crash.</summary>
    public IoreqServerId ServerId => _server.Id;

    /// <summary>True if a server that was left behind has been taken over, with the ranges that it had.</summary>
    public bool IsAdopted => _server.IsAdopted;

    /// <summary>
    /// Parts of the machine whose state must survive this process if the guest is to: "ioapic" for a PVH guest. Devices have
    /// states of their own besides.
    /// </summary>
    public IReadOnlyDictionary<string, ISavedState> SavedStates => _savedStates;

    /// <summary>Completes when the guest's accesses are no longer answered; with the error, if that is why.</summary>
    /// <exception cref="InvalidOperationException">It has not been started.</exception>
    public Task Completion => _server.Completion;

    /// <summary>What it has done so far.</summary>
    public IoreqServerStatistics Statistics => _server.Statistics;

    /// <summary>
    /// Opens the ways to Xen, takes a place in the guest's machine, and restricts the handles to the domain.
    /// </summary>
    /// <param name="platform">Opens them.</param>
    /// <param name="domain">The guest's domain.</param>
    /// <param name="options">How it is set up.</param>
    /// <param name="logger">Told of what a user should know.</param>
    /// <exception cref="XenException">
    /// Not a Xen machine, no permission, no such domain, or one that cannot be served; nothing is left behind.
    /// </exception>
    public static GuestDeviceModel Open(
        GuestDeviceModelPlatform platform, DomainId domain, GuestDeviceModelOptions options, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(platform);
        ArgumentNullException.ThrowIfNull(options);
        var handles = GuestHandles.Open(platform, options.Grants);
        try
        {
            var kind = options.Kind ?? GuestKinds.Find(handles.Transport, platform.Architecture, domain);
            return new GuestDeviceModel(platform, handles, domain, kind, options, logger ?? NullLogger.Instance);
        }
        catch
        {
            handles.Dispose();
            throw;
        }
    }

    /// <summary>Starts to answer the guest's accesses.</summary>
    /// <exception cref="InvalidOperationException">It has been started already.</exception>
    /// <exception cref="HypercallException">Xen or the kernel refused; no access of the guest has been answered.</exception>
    public void Start()
    {
        if (_ram is not null && !IsAdopted)
            _memory.MapAtOnce(_ram);
        _server.Start(OpenDoorbells);

        // A guest that uses its devices already is answered first: its vCPUs would wait.
        if (_ram is not null && IsAdopted)
            _memory.MapAtOnce(_ram);
    }

    /// <summary>
    /// Stops answering, and gives the guest's addresses up: what it waits for reads all ones. Devices go on with what they have
    /// begun. A server that was adopted ends, too, whether it has been started or not.
    /// </summary>
    public void Stop() => _server.End();

    /// <summary>
    /// Stops answering, and leaves everything in Xen as it is, for a process that takes over. The guest waits meanwhile.
    /// </summary>
    public void Detach() => _server.Detach();

    /// <summary>Drops every mapping of the guest's memory, as soon as nobody uses it: accesses fail from here on.</summary>
    /// <remarks>A domain that ended stays a zombie until this, and <see cref="Stop"/>, have been called.</remarks>
    public void ReleaseMemory()
    {
        _grants?.Drop();
        _memory.Drop();
    }

    /// <summary>
    /// Stops, drops the mappings, and closes the handles. A server that was adopted and has not been started is left as it was.
    /// </summary>
    public void Dispose()
    {
        _server.Dispose();
        ReleaseMemory();
        _handles.Dispose();
    }

    private IDoorbellEvents? OpenDoorbells(IForeignMapping slots, EventChannelPort[] ports) =>
        _options.UseKernelDoorbells
            ? _platform.OpenDoorbells?.Invoke(_handles.Transport, Domain, slots, ports)
            : null;

    private IoreqServer OpenServer()
    {
        var (transport, memory, channels) = (_handles.Transport, _handles.ForeignMemory, _handles.EventChannels);
        if (_options.AdoptServer is { } left)
        {
            if (DmOp.ProbeIoreqServer(transport, Domain, left).Errno != XenAbi.XEN_ENOENT)
                return IoreqServer.Adopt(transport, memory, channels, Domain, left, _memory, _logger);
            _logger.NothingToAdopt(left, Domain);
        }

        return IoreqServer.Create(
            transport,
            memory,
            channels,
            Domain,
            _memory,
            _logger,
            new IoreqServerOptions { Buffered = _options.Buffered });
    }

    private IoApic AddIoApic()
    {
        CheckAlone();
        var ioApic = new IoApic(Msi);
        _server.MapMmio(IoApic.DefaultAddress, ioApic);
        _savedStates.Add("ioapic", ioApic);
        return ioApic;
    }

    // Xen would let two servers claim the same addresses, and the guest would talk to the newer one only: a second
    // I/O APIC would take the interrupts of the first one's devices.
    private void CheckAlone()
    {
        const ushort ServersPerDomain = 8;
        for (ushort number = 0; number < ServersPerDomain; number++)
        {
            var other = new IoreqServerId(number);
            if (other != _server.Id && DmOp.ProbeIoreqServer(_handles.Transport, Domain, other).Errno != XenAbi.XEN_ENOENT)
                throw new XenException(
                    $"domain {Domain} has a device model already (IOREQ server {other}), and the I/O APIC of a PVH guest"
                    + " belongs to one of them. If a backend was killed, its server stays until the guest ends, or until"
                    + " it is taken over");
        }
    }
}

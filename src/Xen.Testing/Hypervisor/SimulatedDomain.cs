using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Xen.Sys;
using Xen.Testing.Frames;

namespace Xen.Testing.Hypervisor;

/// <summary>A domain of a <see cref="SimulatedXen"/>.</summary>
public sealed partial class SimulatedDomain
{
    private const int MaximumPauses = 255;

    private readonly SimulatedXen _xen;
    private readonly SortedDictionary<ushort, SimulatedIoreqServer> _servers = [];
    private readonly ConcurrentQueue<(ulong Address, uint Data)> _messages = new();
    private readonly List<SimulatedVcpu> _vcpus = [];
    private uint _flags = Sys.V4_17.XenAbi.XEN_DOMINF_hvm_guest | Sys.V4_17.XenAbi.XEN_DOMINF_hap;
    private int _pauses;

    internal SimulatedDomain(SimulatedXen xen, DomainId id, int vcpus, int frames)
        : this(xen, id, new Guid(id.Value, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]), (uint)vcpus, frames)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vcpus);
        _ = TrySetVcpuCount((uint)vcpus);
        if (!_pages.TryPopulate(0, frames))
            throw new ArgumentOutOfRangeException(nameof(frames), frames, "the simulated machine has no such memory left");
    }

    private SimulatedDomain(SimulatedXen xen, DomainId id, Guid handle, uint maximumVcpus, int frames)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frames);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frames, int.MaxValue >> XenPage.Shift);
        MaximumVcpus = maximumVcpus;
        _xen = xen;
        Id = id;
        MaximumPages = (uint)frames;
        Handle = handle;
        MemoryTypes = new SimulatedMemoryTypes(this);
        _pages = new DomainPages(xen.MachineMemory, frames);
    }

    /// <summary>Its number.</summary>
    public DomainId Id { get; }

    /// <summary>Its vCPUs, which tests make access addresses.</summary>
    public IReadOnlyList<SimulatedVcpu> Vcpus => _vcpus;

    /// <summary>Its HVM parameters.</summary>
    public ConcurrentDictionary<uint, ulong> Parameters { get; } = new();

    /// <summary>Messages that the device model injected, in order: address and data.</summary>
    public IReadOnlyCollection<(ulong Address, uint Data)> Messages => _messages;

    /// <summary>Number of IOREQ servers that exist.</summary>
    public int ServerCount => _servers.Count;

    /// <summary>True once <see cref="Destroy"/> was called: the device model's mappings keep it as a zombie.</summary>
    public bool IsDying => (_flags & Sys.V4_17.XenAbi.XEN_DOMINF_dying) != 0;

    /// <summary>The UUID that its toolstack gave it.</summary>
    public Guid Handle { get; }

    /// <summary>Pages that it may have: the toolstack can change it.</summary>
    public ulong MaximumPages { get; private set; }

    /// <summary>True while there were more pauses than unpauses. It is noted, and stops nothing.</summary>
    public bool IsPaused => Volatile.Read(ref _pauses) > 0;

    /// <summary>How many vCPUs were announced; they need not exist yet.</summary>
    internal uint MaximumVcpus { get; }

    internal Lock Gate { get; } = new();

    internal SimulatedPorts Ports { get; } = new();

    internal SimulatedMemoryTypes MemoryTypes { get; }

    internal SimulatedCaching Caching { get; } = new();

    internal SimulatedPaging Paging { get; } = new();

    internal uint Flags => Volatile.Read(ref _flags) | (IsPaused ? Sys.V4_17.XenAbi.XEN_DOMINF_paused : 0);

    /// <summary>The guest stops by itself.</summary>
    /// <param name="reason">A <c>SHUTDOWN_*</c> number.</param>
    public void ShutDown(uint reason) =>
        Volatile.Write(ref _flags, _flags | Sys.V4_17.XenAbi.XEN_DOMINF_shutdown | (reason << Sys.V4_17.XenAbi.XEN_DOMINF_shutdownshift));

    /// <summary>The toolstack destroys it. It stays, dying, while any of its memory is mapped.</summary>
    public void Destroy()
    {
        Volatile.Write(ref _flags, _flags | Sys.V4_17.XenAbi.XEN_DOMINF_dying);
        lock (Gate)
            Relinquish();
    }

    /// <summary>The toolstack pauses it once more.</summary>
    /// <returns>EOVERFLOW if there are too many pauses.</returns>
    public HypercallResult Pause()
    {
        lock (Gate)
        {
            if (_pauses == MaximumPauses)
                return HypercallResult.Failure(XenAbi.XEN_EOVERFLOW);
            _pauses++;
            return default;
        }
    }

    /// <summary>The toolstack takes one pause back.</summary>
    /// <returns>EINVAL if it is not paused.</returns>
    public HypercallResult Unpause()
    {
        lock (Gate)
        {
            if (_pauses == 0)
                return HypercallResult.Failure(XenAbi.XEN_EINVAL);
            _pauses--;
            return default;
        }
    }

    /// <summary>A domain as createdomain leaves it: paused, without memory and vCPUs.</summary>
    internal static SimulatedDomain Unfurnished(SimulatedXen xen, DomainId id, Guid handle, uint maximumVcpus)
    {
        const int RoomForFrames = 1024;
        return new SimulatedDomain(xen, id, handle, maximumVcpus, RoomForFrames) { MaximumPages = 0, _pauses = 1 };
    }

    /// <summary>Makes the vCPUs, as many as were announced. Once they exist, nothing changes.</summary>
    internal bool TrySetVcpuCount(uint count)
    {
        lock (Gate)
        {
            while (count == MaximumVcpus && _vcpus.Count < count)
                _vcpus.Add(new SimulatedVcpu(this, _vcpus.Count));
            return count == MaximumVcpus;
        }
    }

    // Less than the domain has is no error: it keeps what it has.
    internal void LimitMemory(ulong kibibytes) =>
        MaximumPages = Math.Min(kibibytes / (XenPage.Size / 1024), uint.MaxValue);

    internal void RecordMsi(ulong address, uint data) => _messages.Enqueue((address, data));

    internal SimulatedIoreqServer AddServer(bool isBuffered)
    {
        var id = (ushort)Enumerable.Range(0, _servers.Count + 1).First(free => !_servers.ContainsKey((ushort)free));
        return _servers[id] = new SimulatedIoreqServer(_xen.MachineMemory, this, id, isBuffered);
    }

    internal SimulatedIoreqServer? FindServer(ushort id) => _servers.GetValueOrDefault(id);

    internal bool RemoveServer(ushort id)
    {
        if (!_servers.Remove(id, out var server))
            return false;
        server.End();
        return true;
    }

    // The highest id wins where ranges of several servers overlap.
    internal SimulatedIoreqServer? ServerFor(IoSpace space, ulong first, ulong last) =>
        _servers.Values.LastOrDefault(server => server.IsEnabled && server.Claims(space, first, last));

    internal SimulatedIoreqServer? NewestServer() => _servers.Values.LastOrDefault(server => server.IsEnabled);

    internal void Signal(EventChannelPort port) => _xen.Signal(Id, port);

    internal void ClosePort(EventChannelPort port)
    {
        lock (_xen.PortGate)
            Ports.Close(port);
    }

    // For a device model in the control domain.
    internal EventChannelPort NewPort()
    {
        lock (_xen.PortGate)
            return Ports.Allocate(default, isOfXen: true);
    }

    internal SimulatedVcpu? VcpuOf(EventChannelPort port) => _servers.Values
        .Select(server => server.VcpuOf(port))
        .FirstOrDefault(vcpu => vcpu is not null);
}

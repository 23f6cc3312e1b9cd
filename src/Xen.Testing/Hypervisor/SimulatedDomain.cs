using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>A domain of a <see cref="SimulatedXen"/>.</summary>
public sealed unsafe class SimulatedDomain
{
    private const int MaximumPauses = 255;

    private readonly SimulatedXen _xen;
    private readonly SortedDictionary<ushort, SimulatedIoreqServer> _servers = [];
    private readonly HashSet<ulong> _holes = [];
    private readonly ConcurrentQueue<(ulong Address, uint Data)> _messages = new();
    private readonly byte* _memory;
    private readonly List<SimulatedVcpu> _vcpus = [];
    private uint _flags = Sys.V4_17.XenAbi.XEN_DOMINF_hvm_guest | Sys.V4_17.XenAbi.XEN_DOMINF_hap;
    private int _pauses;

    internal SimulatedDomain(SimulatedXen xen, DomainId id, int vcpus, int frames)
        : this(xen, id, new Guid(id.Value, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]), (uint)vcpus, frames)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vcpus);
        _ = TrySetVcpuCount((uint)vcpus);
    }

    private SimulatedDomain(SimulatedXen xen, DomainId id, Guid handle, uint maximumVcpus, int frames)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frames);
        MaximumVcpus = maximumVcpus;
        _xen = xen;
        Id = id;
        FrameCount = frames;
        MaximumPages = (uint)frames;
        Handle = handle;
        MemoryTypes = new SimulatedMemoryTypes(this);

        // SAFETY: never freed before the object is unreachable; mappings hold the domain.
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)frames * XenPage.Size);
    }

    /// <summary>Frees the memory.</summary>
    // SAFETY: the memory is this object's, and the finalizer runs once.
    ~SimulatedDomain() => NativeMemory.Free(_memory);

    /// <summary>Its number.</summary>
    public DomainId Id { get; }

    /// <summary>Its vCPUs, which tests make access addresses.</summary>
    public IReadOnlyList<SimulatedVcpu> Vcpus => _vcpus;

    /// <summary>Its HVM parameters.</summary>
    public ConcurrentDictionary<uint, ulong> Parameters { get; } = new();

    /// <summary>Messages that the device model injected, in order: address and data.</summary>
    public IReadOnlyCollection<(ulong Address, uint Data)> Messages => _messages;

    /// <summary>Its memory as the guest sees it, from address 0.</summary>
    /// <remarks>The domain must stay referenced while the span is used.</remarks>
    // SAFETY: this many frames were allocated, and they are freed with the domain only.
    public Span<byte> Memory => new(_memory, FrameCount * XenPage.Size);

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

    /// <summary>Pages that it has.</summary>
    internal int Reservation
    {
        get
        {
            lock (Gate)
                return FrameCount - _holes.Count;
        }
    }

    internal int FrameCount { get; }

    internal uint Flags => Volatile.Read(ref _flags) | (IsPaused ? Sys.V4_17.XenAbi.XEN_DOMINF_paused : 0);

    internal byte* Address => _memory;

    /// <summary>Takes a frame away: the device model cannot map it.</summary>
    /// <param name="frame">The frame.</param>
    public void MakeHole(ulong frame)
    {
        lock (Gate)
            _holes.Add(frame);
    }

    /// <summary>Puts a frame back.</summary>
    /// <param name="frame">The frame.</param>
    public void FillHole(ulong frame)
    {
        lock (Gate)
            _holes.Remove(frame);
    }

    /// <summary>The guest stops by itself.</summary>
    /// <param name="reason">A <c>SHUTDOWN_*</c> number.</param>
    public void ShutDown(uint reason) =>
        Volatile.Write(ref _flags, _flags | Sys.V4_17.XenAbi.XEN_DOMINF_shutdown | (reason << Sys.V4_17.XenAbi.XEN_DOMINF_shutdownshift));

    /// <summary>The toolstack destroys it. It stays, dying, while any of its memory is mapped.</summary>
    public void Destroy()
    {
        Volatile.Write(ref _flags, _flags | Sys.V4_17.XenAbi.XEN_DOMINF_dying);
        ForgetIfUnmapped();
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
        var domain = new SimulatedDomain(xen, id, handle, maximumVcpus, RoomForFrames) { MaximumPages = 0, _pauses = 1 };
        for (var frame = 0UL; frame < RoomForFrames; frame++)
            domain.MakeHole(frame);
        return domain;
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

    internal bool HasFrame(ulong frame)
    {
        lock (Gate)
            return frame < (ulong)FrameCount && !_holes.Contains(frame);
    }

    /// <summary>Puts a fresh page at a frame, in place of the one that may be there.</summary>
    internal bool TryPopulate(ulong frame)
    {
        lock (Gate)
        {
            var isHole = _holes.Contains(frame);
            if (frame >= (ulong)FrameCount || (isHole && (ulong)Reservation >= MaximumPages))
                return false;
            _holes.Remove(frame);
            Memory.Slice((int)frame * XenPage.Size, XenPage.Size).Clear();
            return true;
        }
    }

    /// <summary>Takes the page away that is at a frame.</summary>
    internal bool TryRelease(ulong frame)
    {
        lock (Gate)
            return frame < (ulong)FrameCount && _holes.Add(frame);
    }

    internal void ForgetIfUnmapped()
    {
        if (IsDying && _xen.ForeignMemory.CountMappings(Id) == 0)
            _xen.Forget(Id);
    }

    internal void RecordMsi(ulong address, uint data) => _messages.Enqueue((address, data));

    internal SimulatedIoreqServer AddServer(bool isBuffered)
    {
        var id = (ushort)Enumerable.Range(0, _servers.Count + 1).First(free => !_servers.ContainsKey((ushort)free));
        return _servers[id] = new SimulatedIoreqServer(this, id, isBuffered);
    }

    internal SimulatedIoreqServer? FindServer(ushort id) => _servers.GetValueOrDefault(id);

    internal bool RemoveServer(ushort id)
    {
        if (!_servers.Remove(id, out var server))
            return false;
        server.SetEnabled(false);
        server.ClosePorts();
        return true;
    }

    // The highest id wins where ranges of several servers overlap.
    internal SimulatedIoreqServer? ServerFor(IoSpace space, ulong first, ulong last) =>
        _servers.Values.LastOrDefault(server => server.IsEnabled && server.Claims(space, first, last));

    internal SimulatedIoreqServer? NewestServer() => _servers.Values.LastOrDefault(server => server.IsEnabled);

    internal void Signal(EventChannelPort port) => _xen.EventChannels.Signal(Id, port);

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

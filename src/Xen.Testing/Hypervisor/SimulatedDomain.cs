using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Machine;
using Xen.Sys;
using Xen.Testing.Frames;
using V4_17Abi = Xen.Sys.V4_17.XenAbi;

namespace Xen.Testing.Hypervisor;

/// <summary>A domain of a <see cref="SimulatedXen"/>.</summary>
public sealed partial class SimulatedDomain
{
    private const int MaximumPauses = 255;

    private readonly SimulatedXen _xen;
    private readonly ConcurrentQueue<(ulong Address, uint Data)> _messages = new();
    private readonly List<SimulatedVcpu> _vcpus = [];
    private uint _flags;
    private int _pauses;

    internal SimulatedDomain(SimulatedXen xen, DomainId id, SimulatedDomainKind kind, int vcpus, int frames)
        : this(xen, id, kind, new Guid(id.Value, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]), (uint)vcpus, frames)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vcpus);
        _ = MakeVcpus((uint)vcpus);
        if (!_pages.TryPopulate(0, frames))
            throw new ArgumentOutOfRangeException(nameof(frames), frames, "the simulated machine has no such memory left");
    }

    private SimulatedDomain(
        SimulatedXen xen, DomainId id, SimulatedDomainKind kind, Guid handle, uint maximumVcpus, int frames)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frames);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frames, int.MaxValue >> XenPage.Shift);
        MaximumVcpus = maximumVcpus;
        _xen = xen;
        Id = id;
        Kind = kind;
        _flags = IsHvm ? V4_17Abi.XEN_DOMINF_hvm_guest | V4_17Abi.XEN_DOMINF_hap : 0;
        MaximumPages = (uint)frames;
        Handle = handle;
        MemoryTypes = new SimulatedMemoryTypes(this);
        _pages = new DomainPages(xen.MachineMemory, frames);
        Grants = new SimulatedGrantTable(xen.MachineMemory);
    }

    /// <summary>Its number.</summary>
    public DomainId Id { get; }

    /// <summary>How its guest runs.</summary>
    public SimulatedDomainKind Kind { get; }

    /// <summary>Its vCPUs, which tests make access addresses.</summary>
    public IReadOnlyList<SimulatedVcpu> Vcpus => _vcpus;

    /// <summary>Its HVM parameters.</summary>
    public ConcurrentDictionary<uint, ulong> Parameters { get; } = new();

    /// <summary>Messages that the device model injected, in order: address and data.</summary>
    public IReadOnlyCollection<(ulong Address, uint Data)> Messages => _messages;

    /// <summary>Is given each message as it arrives; null for nobody.</summary>
    public IMsiSink? MessageListener { get; set; }

    /// <summary>Interrupt lines that the device model set.</summary>
    public SimulatedInterrupts Interrupts { get; } = new();

    /// <summary>The domain that this one may serve as its device model, if there is one: a stub domain's.</summary>
    public DomainId? Target { get; set; }

    /// <summary>True once <see cref="Destroy"/> was called: the device model's mappings keep it as a zombie.</summary>
    public bool IsDying => (Volatile.Read(ref _flags) & V4_17Abi.XEN_DOMINF_dying) != 0;

    /// <summary>The UUID that its toolstack gave it.</summary>
    public Guid Handle { get; }

    /// <summary>Pages that it may have: the toolstack can change it.</summary>
    public ulong MaximumPages { get; private set; }

    /// <summary>True while there were more pauses than unpauses. It is noted, and stops nothing.</summary>
    public bool IsPaused => Volatile.Read(ref _pauses) > 0;

    /// <summary>It has virtual hardware, so that a device model can serve it.</summary>
    internal bool IsHvm => Kind != SimulatedDomainKind.Pv;

    /// <summary>It has an Arm interrupt controller, whose lines a device model sets.</summary>
    internal bool HasGic => _xen.Architecture is Architecture.Arm or Architecture.Arm64;

    /// <summary>How many vCPUs were announced; they need not exist yet.</summary>
    internal uint MaximumVcpus { get; }

    internal Lock Gate { get; } = new();

    internal SimulatedPorts Ports { get; } = new();

    internal SimulatedMemoryTypes MemoryTypes { get; }

    internal SimulatedCaching Caching { get; } = new();

    internal SimulatedPaging Paging { get; } = new();

    internal uint Flags => Volatile.Read(ref _flags) | (IsPaused ? V4_17Abi.XEN_DOMINF_paused : 0);

    /// <summary>The guest writes to a page: those who log writes see it.</summary>
    /// <param name="frame">The guest frame number.</param>
    public void MarkDirty(ulong frame)
    {
        lock (Gate)
            Paging.Note(frame);
    }

    /// <summary>The guest stops by itself. Once it has, it does not again.</summary>
    /// <param name="reason">A <c>SHUTDOWN_*</c> number.</param>
    public void ShutDown(uint reason)
    {
        lock (Gate)
            ShutDownHeld(reason);
    }

    /// <summary>The toolstack destroys it. It stays, dying, while any of its memory is mapped.</summary>
    public void Destroy()
    {
        lock (Gate)
        {
            if (IsDying)
                return;
            Volatile.Write(ref _flags, _flags | V4_17Abi.XEN_DOMINF_dying);
            RemoveServers();
            _xen.ClosePorts(this);
        }

        _xen.UnmapGrants(this);
        lock (_xen.GrantGate)
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
    internal static SimulatedDomain Unfurnished(
        SimulatedXen xen, DomainId id, SimulatedDomainKind kind, Guid handle, uint maximumVcpus)
    {
        const int RoomForFrames = 1024;
        return new SimulatedDomain(xen, id, kind, handle, maximumVcpus, RoomForFrames) { MaximumPages = 0, _pauses = 1 };
    }

    /// <summary>Makes the vCPUs, as many as were announced. Once they exist, nothing changes.</summary>
    /// <returns>EINVAL for another number; ENOMEM if the domain has not enough ports left for its IOREQ servers.</returns>
    internal HypercallResult MakeVcpus(uint count)
    {
        if (count != MaximumVcpus)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        lock (Gate)
        {
            while (_vcpus.Count < count)
            {
                var vcpu = new SimulatedVcpu(this, _vcpus.Count);
                if (!TryAddToServers(vcpu))
                    return HypercallResult.Failure(XenAbi.XEN_ENOMEM);
                _vcpus.Add(vcpu);
            }

            return default;
        }
    }

    // Less than the domain has is no error: it keeps what it has.
    internal void LimitMemory(ulong kibibytes)
    {
        lock (Gate)
            MaximumPages = Math.Min(kibibytes / (XenPage.Size / 1024), uint.MaxValue);
    }

    internal void RecordMsi(ulong address, uint data)
    {
        _messages.Enqueue((address, data));
        MessageListener?.Deliver(new MsiMessage(address, data));
    }

    /// <summary>As <see cref="ShutDown"/>, under the gate.</summary>
    internal void ShutDownHeld(uint reason)
    {
        if ((_flags & V4_17Abi.XEN_DOMINF_shutdown) != 0)
            return;
        var shifted = (reason & V4_17Abi.XEN_DOMINF_shutdownmask) << (int)V4_17Abi.XEN_DOMINF_shutdownshift;
        Volatile.Write(ref _flags, _flags | V4_17Abi.XEN_DOMINF_shutdown | shifted);
    }
}

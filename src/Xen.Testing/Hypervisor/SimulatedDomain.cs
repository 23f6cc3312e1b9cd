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
    private readonly SimulatedXen _xen;
    private readonly SortedDictionary<ushort, SimulatedIoreqServer> _servers = [];
    private readonly HashSet<ulong> _holes = [];
    private readonly ConcurrentQueue<(ulong Address, uint Data)> _messages = new();
    private readonly byte* _memory;
    private uint _nextPort = 1;
    private uint _flags = XenAbi.XEN_DOMINF_hvm_guest;

    internal SimulatedDomain(SimulatedXen xen, DomainId id, int vcpus, int frames)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vcpus);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frames);
        _xen = xen;
        Id = id;
        FrameCount = frames;
        Vcpus = [.. Enumerable.Range(0, vcpus).Select(number => new SimulatedVcpu(this, number))];

        // SAFETY: never freed before the object is unreachable; mappings hold the domain.
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)frames * XenPage.Size);
    }

    /// <summary>Frees the memory.</summary>
    ~SimulatedDomain() => NativeMemory.Free(_memory);

    /// <summary>Its number.</summary>
    public DomainId Id { get; }

    /// <summary>Its vCPUs, which tests make access addresses.</summary>
    public IReadOnlyList<SimulatedVcpu> Vcpus { get; }

    /// <summary>Its HVM parameters.</summary>
    public ConcurrentDictionary<uint, ulong> Parameters { get; } = new();

    /// <summary>Messages that the device model injected, in order: address and data.</summary>
    public IReadOnlyCollection<(ulong Address, uint Data)> Messages => _messages;

    /// <summary>Its memory as the guest sees it, from address 0.</summary>
    public Span<byte> Memory => new(_memory, FrameCount * XenPage.Size);

    /// <summary>Number of IOREQ servers that exist.</summary>
    public int ServerCount => _servers.Count;

    /// <summary>True once <see cref="Destroy"/> was called: the device model's mappings keep it as a zombie.</summary>
    public bool IsDying => (_flags & XenAbi.XEN_DOMINF_dying) != 0;

    internal Lock Gate { get; } = new();

    internal int FrameCount { get; }

    internal uint Flags => Volatile.Read(ref _flags);

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
        Volatile.Write(ref _flags, _flags | XenAbi.XEN_DOMINF_shutdown | (reason << XenAbi.XEN_DOMINF_shutdownshift));

    /// <summary>The toolstack destroys it. It stays, dying, while any of its memory is mapped.</summary>
    public void Destroy()
    {
        Volatile.Write(ref _flags, _flags | XenAbi.XEN_DOMINF_dying);
        ForgetIfUnmapped();
    }

    internal bool HasFrame(ulong frame)
    {
        lock (Gate)
            return frame < (ulong)FrameCount && !_holes.Contains(frame);
    }

    internal void ForgetIfUnmapped()
    {
        if (IsDying && _xen.ForeignMemory.CountMappings(Id) == 0)
            _xen.Forget(Id);
    }

    internal void RecordMsi(ulong address, uint data) => _messages.Enqueue((address, data));

    internal SimulatedIoreqServer AddServer()
    {
        var id = (ushort)Enumerable.Range(0, _servers.Count + 1).First(free => !_servers.ContainsKey((ushort)free));
        return _servers[id] = new SimulatedIoreqServer(this, id);
    }

    internal SimulatedIoreqServer? FindServer(ushort id) => _servers.GetValueOrDefault(id);

    internal bool RemoveServer(ushort id)
    {
        if (!_servers.Remove(id, out var server))
            return false;
        server.SetEnabled(false);
        return true;
    }

    // The highest id wins where ranges of several servers overlap.
    internal SimulatedIoreqServer? ServerFor(IoSpace space, ulong first, ulong last) =>
        _servers.Values.LastOrDefault(server => server.IsEnabled && server.Claims(space, first, last));

    internal SimulatedIoreqServer? NewestServer() => _servers.Values.LastOrDefault(server => server.IsEnabled);

    internal void Signal(EventChannelPort port) => _xen.EventChannels.Signal(Id, port);

    internal EventChannelPort NewPort() => new(_nextPort++);

    internal SimulatedVcpu? VcpuOf(EventChannelPort port) => _servers.Values
        .Select(server => server.VcpuOf(port))
        .FirstOrDefault(vcpu => vcpu is not null);
}

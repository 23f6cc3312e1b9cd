using System.Collections.Generic;
using System.Linq;
using Xen.DeviceModel;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>Its IOREQ servers, and which of them answers what. Used under the gate.</content>
public sealed partial class SimulatedDomain
{
    private const ushort PciAddress = 0xcf8;
    private const ushort PciData = 0xcfc;
    private const uint PciEnable = 0x8000_0000;
    private const ulong FirstOfVideo = 0xa0000;
    private const ulong LastOfVideo = 0xbffff;

    private readonly SortedDictionary<ushort, SimulatedIoreqServer> _servers = [];
    private uint _pciAddress;

    /// <summary>Number of IOREQ servers that exist.</summary>
    public int ServerCount => _servers.Count;

    /// <summary>
    /// True if Xen looks after a VGA card, as for HVM domains with one: stores to its memory are buffered then.
    /// </summary>
    public bool EmulatesVideo { get; set; }

    internal IReadOnlyCollection<SimulatedIoreqServer> Servers => _servers.Values;

    /// <summary>Makes a server.</summary>
    /// <returns>ENOSPC or ENOMEM if there is not enough left of what it needs.</returns>
    internal HypercallResult AddServer(DomainId creator, BufferedIoreqMode mode, out ushort id)
    {
        id = (ushort)Enumerable.Range(0, _servers.Count + 1).First(free => !_servers.ContainsKey((ushort)free));
        var result = SimulatedIoreqServer.Make(_xen.MachineMemory, this, id, creator, mode, out var server);
        if (server is not null)
            _servers.Add(id, server);
        return result;
    }

    /// <summary>Lets all servers know of a vCPU that is made.</summary>
    /// <returns>False if the domain has not enough ports left: then no server knows of it.</returns>
    private bool TryAddToServers(SimulatedVcpu vcpu)
    {
        if (_servers.Values.All(server => server.TryAddVcpu(vcpu)))
            return true;
        foreach (var server in _servers.Values)
            server.RemoveVcpu(vcpu);
        return false;
    }

    internal SimulatedIoreqServer? FindServer(ushort id) => _servers.GetValueOrDefault(id);

    internal bool RemoveServer(ushort id)
    {
        if (!_servers.Remove(id, out var server))
            return false;
        server.End();
        MemoryTypes.Release(id);
        return true;
    }

    internal void RemoveServers()
    {
        foreach (var id in _servers.Keys.ToList())
            RemoveServer(id);
    }

    internal SimulatedIoreqServer[] EnabledServers() => [.. _servers.Values.Where(server => server.IsEnabled)];

    // The highest id wins where ranges of several servers overlap.
    internal SimulatedIoreqServer? ServerFor(IoSpace space, ulong first, ulong last) =>
        _servers.Values.LastOrDefault(server => server.IsEnabled && server.Claims(space, first, last));

    internal SimulatedIoreqServer? NewestServer() => _servers.Values.LastOrDefault(server => server.IsEnabled);

    /// <summary>Finds who answers a request; an access to the PCI data port becomes one to configuration space.</summary>
    internal SimulatedIoreqServer? ServerFor(ref ioreq request)
    {
        if ((IoreqKind)request.type == IoreqKind.Mmio)
        {
            var behind = (request.count - 1) * (ulong)request.size;
            return request.df == 0
                ? ServerFor(IoSpace.Memory, request.addr, request.addr + behind + request.size - 1)
                : ServerFor(IoSpace.Memory, request.addr - behind, request.addr + request.size - 1);
        }

        if ((request.addr & ~3UL) != PciData || (_pciAddress & PciEnable) == 0)
            return ServerFor(IoSpace.Port, request.addr, request.addr + request.size - 1);

        var function = (ulong)(_pciAddress & ~PciEnable) >> 8 & 0xffff;
        var server = ServerFor(IoSpace.PciConfiguration, function, function);
        if (server is not null)
        {
            request.type = (byte)IoreqKind.PciConfiguration;
            request.addr = (function << 32) | (_pciAddress & 0xfc) | (request.addr & 3);
        }

        return server;
    }

    /// <summary>Xen looks on when the guest selects a PCI function. The device model gets the access all the same.</summary>
    internal void Latch(in ioreq request)
    {
        if ((IoreqKind)request.type == IoreqKind.PortIo && request is { addr: PciAddress, size: 4, dir: 0 })
            _pciAddress = (uint)request.data;
    }

    /// <summary>A store there is one of those that nobody waits for.</summary>
    internal bool IsVideoMemory(in ioreq request) =>
        EmulatesVideo && request.addr >= FirstOfVideo && request.addr + request.size - 1 <= LastOfVideo;

    /// <summary>Puts a server's pages where the toolstack set pages of the domain aside for that.</summary>
    /// <returns>EPERM if they are a resource already; ENOMEM if none were set aside, or they are taken.</returns>
    internal HypercallResult PlaceServer(SimulatedIoreqServer server)
    {
        if (server.IsMappedAsResource)
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        if (server.Place is not null)
            return default;
        if (IsDying)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);

        var slots = FreeFrames().FirstOrDefault();
        var ring = server.IsBuffered ? FreeFrames().Skip(1).FirstOrDefault() : 0;
        if (slots == 0 || (server.IsBuffered && ring == 0))
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);
        if (!HasPlace(slots) || !HasPlace(ring))
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        TryHold(slots, out var slotsFrame);
        TryHold(ring, out var ringFrame);
        server.PutAt((slots, slotsFrame), (ring, ringFrame));
        return default;
    }

    private bool HasPlace(ulong gfn) => gfn == 0 || HasFrame(gfn);

    /// <summary>As toolstacks do: pages of the domain, high up, for one device model that wants no resource.</summary>
    internal void SetIoreqFramesAside()
    {
        const ulong Slots = 0xfeffd;
        const ulong Ring = 0xfeffb;
        Parameters[(uint)XenAbi.HVM_PARAM_IOREQ_PFN] = Slots;
        Parameters[(uint)XenAbi.HVM_PARAM_BUFIOREQ_PFN] = Ring;
        lock (Gate)
        {
            MaximumPages += 2;
            _pages.TryPopulate(Slots, 1);
            _pages.TryPopulate(Ring, 1);
            MaximumPages += 2;
        }
    }

    // Those that a toolstack names for a secondary server; then those of a single one.
    private IEnumerable<ulong> FreeFrames()
    {
        var count = Parameters.GetValueOrDefault((uint)XenAbi.HVM_PARAM_NR_IOREQ_SERVER_PAGES);
        var first = Parameters.GetValueOrDefault((uint)XenAbi.HVM_PARAM_IOREQ_SERVER_PFN);
        return Enumerable.Range(0, (int)ulong.Min(count, sizeof(ulong) * 8))
            .Select(i => first + (ulong)i)
            .Append(Parameters.GetValueOrDefault((uint)XenAbi.HVM_PARAM_IOREQ_PFN))
            .Append(Parameters.GetValueOrDefault((uint)XenAbi.HVM_PARAM_BUFIOREQ_PFN))
            .Where(gfn => gfn != 0 && !_servers.Values.Any(
                server => server.Place is { } place && (place.Ring == gfn || place.Slots == gfn)));
    }
}

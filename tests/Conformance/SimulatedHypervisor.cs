using System.Collections.Generic;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Conformance;

/// <summary>The simulated Xen.</summary>
public sealed class SimulatedHypervisor : IHypervisor
{
    private readonly SimulatedXen _xen = new();
    private readonly Dictionary<DomainId, SimulatedDomain> _guests = [];
    private ushort _nextId = 1;

    public IHypercallTransport Transport => _xen;

    public IForeignMemory ForeignMemory => _xen.ForeignMemory;

    public IEventChannels EventChannels => _xen.EventChannels;

    public IGrantTable? Grants => null;

    public IGrantShares? Shares => null;

    public DomainId CreateGuest()
    {
        var guest = _xen.CreateDomain(_nextId++, frames: 0x2000);
        guest.Pause().OrThrow("pause", guest.Id);
        _guests.Add(guest.Id, guest);
        return guest.Id;
    }

    public void Destroy(DomainId guest) => _guests[guest].Destroy();

    public void Dispose()
    {
    }
}

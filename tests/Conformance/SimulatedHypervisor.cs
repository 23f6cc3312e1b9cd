using System;
using System.Threading.Tasks;
using Conformance.Life;
using Xen.Privcmd;
using Xen.Privcmd.Kernel;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Conformance;

/// <summary>The simulated Xen, from within the simulated Linux of its dom0.</summary>
internal sealed class SimulatedHypervisor : IHypervisor
{
    private readonly SimulatedXen _xen;
    private readonly PrivcmdTransport _transport;
    private readonly LinuxGrantTable _grants;
    private readonly LinuxGrantShares _shares;
    private ushort _nextId = 100;
    private Task? _running;

    internal SimulatedHypervisor(SimulatedXen xen, Version linux)
    {
        _xen = xen;
        xen.Linux.Release = linux;
        _transport = xen.Linux.OpenTransport();
        _grants = xen.Linux.OpenGrantTable();
        _shares = xen.Linux.OpenGrantShares();
    }

    public IHypercallTransport Transport => _transport;

    public IForeignMemory ForeignMemory => _xen.ForeignMemory;

    public IEventChannels EventChannels => _xen.EventChannels;

    public IKernel Kernel => _xen.Linux;

    public Version LinuxRelease => _xen.Linux.Release;

    public TimeSpan StressTime => TimeSpan.FromSeconds(1);

    public int TolerableLosses => 0;

    public IGrantTable Grants => _grants;

    public IGrantShares Shares => _shares;

    public DomainId CreateGuest()
    {
        var guest = _xen.CreateDomain(_nextId++, frames: 0x2000);
        guest.Pause().OrThrow("pause", guest.Id);
        return guest.Id;
    }

    public DomainId CreateGuestByToolstack() => CreateGuest();

    public void Start(DomainId domain, GuestProgram program) => Start(domain, ScriptedGuest.Play);

    public void Start(DomainId domain, Action<SimulatedDomain> script)
    {
        DomctlInterface.Probe(_xen, out var domctl).OrThrow("probe");
        Domctl.UnpauseDomain(_xen, domctl, domain).OrThrow("unpausedomain", domain);
        _running = Task.Run(() => script(_xen.Find(domain)!));
    }

    public int CountMappings() => _xen.Linux.MappingCount;

    public void Destroy(DomainId guest) => _xen.Find(guest)?.Destroy();

    // A guest that met an error says so here.
    public void Dispose()
    {
        try
        {
            _running?.GetAwaiter().GetResult();
        }
        finally
        {
            _shares.Dispose();
            _grants.Dispose();
            _transport.Dispose();
            _xen.Dispose();
        }
    }
}

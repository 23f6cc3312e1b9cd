using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Conformance.Life;
using Xen.Privcmd;
using Xen.Privcmd.Kernel;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Conformance;

/// <summary>The real Xen, from within its dom0 in the lab.</summary>
internal sealed class RealHypervisor : IHypervisor
{
    // As lab/exec --guest conformance.cpio brings it.
    private const string Configuration = "/lab/guest/conformance.cfg";

    private static int _guests;

    private readonly HashSet<DomainId> _madeByToolstack = [];

    private readonly PrivcmdTransport _transport = PrivcmdTransport.Open();
    private readonly PrivcmdForeignMemory _foreignMemory = PrivcmdForeignMemory.Open();
    private readonly LinuxEventChannels _eventChannels = LinuxEventChannels.Open();
    private readonly LinuxGrantTable _grants = LinuxGrantTable.Open();
    private readonly LinuxGrantShares _shares = LinuxGrantShares.Open();

    public IHypercallTransport Transport => _transport;

    public IForeignMemory ForeignMemory => _foreignMemory;

    public IEventChannels EventChannels => _eventChannels;

    public IKernel Kernel => LinuxKernel.Instance;

    public Version LinuxRelease => Environment.OSVersion.Version;

    public TimeSpan StressTime => TimeSpan.FromSeconds(20);

    public int TolerableLosses => 1;

    public IGrantTable Grants => _grants;

    public IGrantShares Shares => _shares;

    public DomainId CreateGuest()
    {
        var guest = MadeDomain.Make(_transport, vcpus: 1, extents: 16, order: 9);
        GuestCode.Load(_transport, _foreignMemory, guest, address: 0, [0xeb, 0xfe]); // a jump to itself
        return guest;
    }

    public DomainId CreateGuestByToolstack()
    {
        var name = "guest" + Interlocked.Increment(ref _guests).ToString(CultureInfo.InvariantCulture);
        Xl("create", "-q", "-p", Configuration, $"name=\"{name}\"", "memory=128");
        var guest = new DomainId(ushort.Parse(Xl("domid", name), CultureInfo.InvariantCulture));
        _madeByToolstack.Add(guest);
        return guest;
    }

    public void Start(DomainId domain, GuestProgram program) => Start(domain, static _ => { });

    public void Start(DomainId domain, Action<SimulatedDomain> script)
    {
        DomctlInterface.Probe(_transport, out var domctl).OrThrow("probe");
        Domctl.UnpauseDomain(_transport, domctl, domain).OrThrow("unpausedomain", domain);
    }

    public int CountMappings() => File.ReadLines("/proc/self/maps")
        .Count(line => line.Contains("/dev/xen/", StringComparison.Ordinal)
            && !line.EndsWith("/hypercall", StringComparison.Ordinal));

    public void Destroy(DomainId guest)
    {
        if (_madeByToolstack.Remove(guest))
        {
            Xl("destroy", guest.Value.ToString(CultureInfo.InvariantCulture));
            return;
        }

        DomctlInterface.Probe(_transport, out var domctl).OrThrow("probe");
        Domctl.DestroyDomain(_transport, domctl, guest).OrThrow("destroydomain", guest);
    }

    public void Dispose()
    {
        _shares.Dispose();
        _grants.Dispose();
        _eventChannels.Dispose();
        _foreignMemory.Dispose();
        _transport.Dispose();
    }

    private static string Xl(params string[] arguments)
    {
        var start = new ProcessStartInfo("xl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var xl = Process.Start(start) ?? throw new InvalidOperationException("xl did not start");
        var output = xl.StandardOutput.ReadToEnd();
        var errors = xl.StandardError.ReadToEnd();
        xl.WaitForExit();
        return xl.ExitCode == 0
            ? output.Trim()
            : throw new IOException($"xl {string.Join(' ', arguments)}: {xl.ExitCode}\n{errors}");
    }
}

using System;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Xen.DeviceModel;
using Xen.Machine;
using Xen.Privcmd;
using Xen.Sys;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Storage;

namespace VirtioDisk;

/// <summary>The part of a guest's machine that this backend provides: an IOREQ server with an I/O APIC.</summary>
internal sealed class GuestMachine : IDisposable
{
    private const ushort ServersPerDomain = 8;

    private readonly PrivcmdTransport _transport;
    private readonly PrivcmdForeignMemory _foreignMemory;
    private readonly LinuxEventChannels _eventChannels;
    private readonly ForeignGuestMemory _memory;
    private readonly IoreqServer _server;
    private readonly IoApic _ioApic;
    private readonly DomainId _domain;

    private GuestMachine(
        PrivcmdTransport transport,
        PrivcmdForeignMemory foreignMemory,
        LinuxEventChannels eventChannels,
        DomainMonitor monitor,
        DomainId domain,
        ILoggerFactory logging)
    {
        _transport = transport;
        _foreignMemory = foreignMemory;
        _eventChannels = eventChannels;
        _domain = domain;
        Monitor = monitor;
        var logger = logging.CreateLogger<GuestMachine>();
        _ioApic = new IoApic(new DomainMsiSink(transport, domain, logger));
        _memory = new ForeignGuestMemory(foreignMemory, domain, logger);
        try
        {
            _server = IoreqServer.Create(transport, foreignMemory, eventChannels, domain, _memory, logger);
            CheckAlone();
        }
        catch
        {
            _server?.Dispose();
            _memory.Dispose();
            throw;
        }
    }

    internal DomainMonitor Monitor { get; }

    /// <summary>Completes when the guest's accesses are no longer answered.</summary>
    internal Task Completion => _server.Completion;

    internal IoreqServerStatistics Statistics => _server.Statistics;

    /// <summary>Opens the way to Xen and takes a place in the guest's machine.</summary>
    /// <exception cref="XenException">Not a Xen machine, no permission, or no such domain.</exception>
    /// <exception cref="UsageException">The domain is not one that can be served.</exception>
    internal static GuestMachine Attach(DomainId domain, ILoggerFactory logging)
    {
        var transport = PrivcmdTransport.Open();
        PrivcmdForeignMemory? foreignMemory = null;
        LinuxEventChannels? eventChannels = null;
        try
        {
            var monitor = DomainMonitor.Open(transport, domain, out var info);
            Check(info);
            foreignMemory = PrivcmdForeignMemory.Open();
            eventChannels = LinuxEventChannels.Open();
            return new GuestMachine(transport, foreignMemory, eventChannels, monitor, domain, logging);
        }
        catch
        {
            eventChannels?.Dispose();
            foreignMemory?.Dispose();
            transport.Dispose();
            throw;
        }
    }

    /// <summary>Puts a virtio block device into the machine.</summary>
    /// <exception cref="UsageException">The place is taken, or is the guest's RAM.</exception>
    internal AttachedDisk AddDisk(IBlockBackend image, ulong address, int irq, ILoggerFactory logging)
    {
        using (var view = _memory.Enter())
        {
            if (view.TryGetSpan(address, 1, GuestAccess.Read, out _))
                throw new UsageException(
                    $"--mmio: 0x{address:x} is RAM of domain {_domain}; it must be an address without memory");
        }

        var disk = new AttachedDisk(image, _memory, _ioApic.GetLine(irq), logging.CreateLogger<BlockDevice>());
        try
        {
            _server.MapMmio(IoApic.DefaultAddress, _ioApic);
            _server.MapMmio(address, disk.Transport);
            return disk;
        }
        catch (ArgumentException error)
        {
            disk.Dispose();
            throw new UsageException($"--mmio: {error.Message}");
        }
    }

    internal void Start() => _server.Start();

    internal void Stop() => _server.Dispose();

    internal void ReleaseMemory() => _memory.Drop();

    public void Dispose()
    {
        _server.Dispose();
        _memory.Dispose();
        _eventChannels.Dispose();
        _foreignMemory.Dispose();
        _transport.Dispose();
    }

    // Xen would let two servers claim the same addresses, and the guest would talk to the newer one only: a second
    // I/O APIC would take the interrupts of the first one's disk.
    private void CheckAlone()
    {
        for (ushort number = 0; number < ServersPerDomain; number++)
        {
            var other = new IoreqServerId(number);
            if (other != _server.Id && DmOp.ProbeIoreqServer(_transport, _domain, other).IsSuccess)
                throw new UsageException(
                    $"domain {_domain} has a device model already (IOREQ server {other}): this version serves one disk"
                    + " per guest. If a backend was killed, its server stays until the guest ends");
        }
    }

    private static void Check(DomainInfo info)
    {
        if (info.IsDying || info.IsShutDown)
            throw new UsageException($"domain {info.Id} has ended already");
        if (!info.IsHvm)
            throw new UsageException(
                $"domain {info.Id} is a PV guest, which has no emulated devices: use type = \"pvh\" in its xl.cfg");
        if (info.EmulatesIoApic)
            throw new UsageException(
                $"domain {info.Id} is an HVM guest; this version serves PVH guests: use type = \"pvh\" in its xl.cfg");
    }
}

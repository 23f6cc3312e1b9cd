using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Xen.DeviceModel;
using Xen.Privcmd;
using Xen.Sys;
using Xen.Testing.Hypervisor;
using Xen.Testing.Linux.EventChannel;
using Xen.Testing.Linux.Grants;
using Xen.Testing.Linux.Privcmd;

namespace Xen.Testing.Linux;

/// <summary>A Linux in a domain of a <see cref="SimulatedXen"/>: its Xen drivers, as <c>Xen.Privcmd</c> finds them.</summary>
/// <remarks>
/// Its answers are those of Linux 6.12, unless <see cref="Release"/> says otherwise.
/// It serves this process, whose memory it maps; nothing else of a Linux is there.
/// Thread-safe. With one thread all is deterministic: ports are reported in the order of their events.
/// <para>
/// The order of locks is said at <see cref="SimulatedXen"/>. <c>Wakeups</c>, under which files that are polled change, is one
/// of the last.
/// </para>
/// </remarks>
public sealed partial class SimulatedLinux
{
    // Numbers that the host's kernel does not have.
    private const int FirstDescriptor = 0x4000_0000;

    private readonly Lock _gate = new();
    private readonly AddressSpace _memory = new();
    private readonly SortedDictionary<int, SimulatedFileHandle> _files = [];
    private readonly Dictionary<string, int> _refusals = [];

    /// <summary>Starts a Linux in a domain.</summary>
    /// <param name="xen">The machine.</param>
    /// <param name="domain">The domain; the control domain has one already (<see cref="SimulatedXen.Linux"/>).</param>
    /// <param name="isPrivileged">Whether it may do what toolstacks do.</param>
    /// <exception cref="ArgumentException">There is no such domain, or it has a Linux.</exception>
    public SimulatedLinux(SimulatedXen xen, DomainId domain, bool isPrivileged = false)
    {
        ArgumentNullException.ThrowIfNull(xen);
        if (!xen.Exists(domain))
            throw new ArgumentException($"there is no domain {domain}", nameof(domain));
        Xen = xen;
        Caller = new Caller(domain, isPrivileged);
        Faults = new KernelFaults(this);
        Events = new EventPorts(this);
        GrantCalls = new GrantHypercalls(this);
        OwnGrants = new OwnGrants(this);
        SharedPages = new SharedPages(this);
        InterruptFds = new InterruptFds(this);
        IoEventFds = new IoEventFds(this);
        xen.Listen(domain, Events);
        Events.BindOwn();
    }

    /// <summary>The domain that it runs in.</summary>
    public DomainId Domain => Caller.Domain;

    /// <summary>
    /// Whether the kernel has IRQFD and IOEVENTFD (CONFIG_XEN_PRIVCMD_EVENTFD). Debian's kernels have not: EOPNOTSUPP, or
    /// ENOTTY from a <see cref="Release"/> that does not know of them.
    /// </summary>
    public bool HasEventFds { get; set; }

    /// <summary>Which Linux it is.</summary>
    public Version Release { get; set; } = new(6, 12);

    /// <summary>What goes wrong on demand.</summary>
    public KernelFaults Faults { get; }

    /// <summary>Number of files that are open.</summary>
    public int OpenFileCount
    {
        get
        {
            lock (_gate)
                return _files.Count;
        }
    }

    /// <summary>Number of mappings of drivers, but for buffers of hypercalls, which are kept.</summary>
    public int MappingCount
    {
        get
        {
            lock (_gate)
                return _memory.Areas.Count(area => !area.IsBuffer);
        }
    }

    /// <summary>Number of mappings of pages that other domains grant.</summary>
    public int GrantMappingCount
    {
        get
        {
            lock (_gate)
                return _memory.Areas.OfType<GrantArea>().Count();
        }
    }

    /// <summary>Number of pages that the kernel grants for processes; those that others still map, too.</summary>
    public int SharedPageCount
    {
        get
        {
            lock (_gate)
            {
                SharedPages.FreeUnused();
                return SharedPages.Count;
            }
        }
    }

    /// <summary>Number of ports that the process has bound.</summary>
    public int BoundPortCount => Events.BoundCount;

    internal SimulatedXen Xen { get; }

    internal Caller Caller { get; }

    internal EventPorts Events { get; }

    internal GrantHypercalls GrantCalls { get; }

    internal OwnGrants OwnGrants { get; }

    internal SharedPages SharedPages { get; }

    internal InterruptFds InterruptFds { get; }

    internal IoEventFds IoEventFds { get; }

    /// <summary>Guards what files tell poll(2), and is pulsed when that changes.</summary>
    internal object Wakeups { get; } = new();

    internal Lock Gate => _gate;

    internal AddressSpace Memory => _memory;

    /// <summary>Opens hypercalls.</summary>
    /// <returns>What runs on the real Linux, too.</returns>
    /// <exception cref="XenUnavailableException">The device file is refused.</exception>
    public PrivcmdTransport OpenTransport() => PrivcmdTransport.Open(this);

    /// <summary>Opens foreign memory.</summary>
    /// <returns>What runs on the real Linux, too.</returns>
    /// <exception cref="XenUnavailableException">The device file is refused.</exception>
    public PrivcmdForeignMemory OpenForeignMemory() => PrivcmdForeignMemory.Open(this);

    /// <summary>Opens event channels.</summary>
    /// <param name="options">How waits are done; null for the defaults.</param>
    /// <returns>What runs on the real Linux, too.</returns>
    /// <exception cref="XenUnavailableException">The device file is refused.</exception>
    public LinuxEventChannels OpenEventChannels(EventChannelOptions? options = null) =>
        LinuxEventChannels.Open(this, options);

    /// <summary>Opens pages that other domains grant.</summary>
    /// <returns>What runs on the real Linux, too.</returns>
    /// <exception cref="XenUnavailableException">The device file is refused.</exception>
    public LinuxGrantTable OpenGrantTable() => LinuxGrantTable.Open(this);

    /// <summary>Opens pages that are granted to other domains.</summary>
    /// <returns>What runs on the real Linux, too.</returns>
    /// <exception cref="XenUnavailableException">The device file is refused.</exception>
    public LinuxGrantShares OpenGrantShares() => LinuxGrantShares.Open(this);

    /// <summary>What a <see cref="GuestDeviceModel"/> opens its ways to Xen with.</summary>
    /// <returns>Each of them is opened anew for each guest, as on the real Linux.</returns>
    public GuestDeviceModelPlatform ToPlatform() => new()
    {
        OpenTransport = OpenTransport,
        OpenForeignMemory = OpenForeignMemory,
        OpenEventChannels = () => OpenEventChannels(),
        OpenGrantTable = OpenGrantTable,
        OpenDoorbells = static (transport, domain, page, ports) =>
            DoorbellEvents.TryOpen((PrivcmdTransport)transport, domain, page, ports),
        Architecture = Xen.Architecture,
    };

    /// <summary>Number of mappings that show memory of a domain, or did before it was gone.</summary>
    /// <param name="domain">The domain.</param>
    public int CountMappings(DomainId domain)
    {
        lock (_gate)
            return _memory.Areas.OfType<ForeignArea>().Count(area => area.Shows(domain));
    }

    /// <summary>Makes it impossible to open a device file.</summary>
    /// <param name="path">The file: <c>/dev/xen/privcmd</c>, for instance.</param>
    /// <param name="errno">ENOENT, EACCES, ENODEV…; 0 to make it possible again.</param>
    public void RefuseDevice(string path, int errno)
    {
        lock (_gate)
            _refusals[path] = errno;
    }

    /// <summary>The process ends: all files are closed, and what drivers had mapped is unmapped.</summary>
    /// <remarks>Nobody may use memory that is mapped. What is disposed of later gives back address space at most.</remarks>
    public void EndProcess()
    {
        VirtualArea[] areas;
        SimulatedFileHandle[] files;
        lock (_gate)
        {
            areas = [.. _memory.Areas];
            files = [.. _files.Values];
            foreach (var area in areas)
                AbandonArea(area);
        }

        // Whoever still holds one of them, as a mapping does, does not keep it open.
        foreach (var file in files)
        {
            Close(file);
            file.Dispose();
        }
    }

    internal void Close(SimulatedFileHandle handle)
    {
        lock (_gate)
        {
            if (_files.GetValueOrDefault(handle.Number) != handle)
                return;
            _files.Remove(handle.Number);
        }

        handle.File.Close();
    }

    /// <summary>The open file that an ioctl names by its descriptor.</summary>
    internal SimulatedFile? FindFile(uint descriptor)
    {
        lock (_gate)
            return _files.GetValueOrDefault((int)descriptor)?.File;
    }

    /// <summary>The first area that ends behind an address.</summary>
    internal VirtualArea? AreaAt(ulong address)
    {
        lock (_gate)
            return _memory.Find((nuint)address);
    }

    internal void Wake()
    {
        lock (Wakeups)
            Monitor.PulseAll(Wakeups);
    }

    private SimulatedFileHandle Insert(SimulatedFile file)
    {
        lock (_gate)
        {
            var number = Enumerable.Range(FirstDescriptor, _files.Count + 1).First(free => !_files.ContainsKey(free));
            return _files[number] = new SimulatedFileHandle(this, file, number);
        }
    }
}

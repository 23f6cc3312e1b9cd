using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Xen.Sys;
using Xen.Testing.Frames;
using Xen.Testing.Linux;

namespace Xen.Testing.Hypervisor;

/// <summary>A Xen without a machine: domains with memory and vCPUs whose accesses reach a device model.</summary>
/// <remarks>
/// It answers the hypercalls that a device model needs, with the error numbers that the real Xen gives. What a program
/// needs besides is the <see cref="Linux"/> of its control domain. Thread-safe.
/// <para>
/// Memory is of a simulated machine: a page that two domains or two mappings share is one page. Linux is needed for that,
/// not Xen. The machine has 4 GiB, of which only what is written to takes memory of the host.
/// </para>
/// <para>
/// Locks are taken in this order: <c>SimulatedDomain.Gate</c> (one domain's at a time), <c>PortGate</c>, and last those of
/// the machine's memory and of whoever is signalled, under which nothing else is locked.
/// </para>
/// </remarks>
public sealed unsafe partial class SimulatedXen : IHypercallTransport
{
    private const int MachineFrames = 0x100000;

    private readonly ConcurrentDictionary<DomainId, SimulatedDomain> _domains = new();

    /// <summary>Starts with no domains.</summary>
    public SimulatedXen()
    {
        Linux = new SimulatedLinux(this, Control, isPrivileged: true);
        EventChannels = Linux.OpenEventChannels();
        ForeignMemory = Linux.OpenForeignMemory();
    }

    /// <summary>The kernel of the control domain, in which a device model runs.</summary>
    public SimulatedLinux Linux { get; }

    /// <summary>Event channels of <see cref="Linux"/>.</summary>
    public IEventChannels EventChannels { get; }

    /// <summary>Foreign memory of <see cref="Linux"/>.</summary>
    public IForeignMemory ForeignMemory { get; }

    /// <summary>What <c>XENVER_version</c> answers.</summary>
    public XenVersion Version { get; init; } = new(4, 17);

    /// <summary>The only domctl interface version that is understood; others get EACCES.</summary>
    public uint DomctlVersion { get; init; } = Sys.V4_17.XenAbi.XEN_DOMCTL_INTERFACE_VERSION;

    /// <summary>The only sysctl interface version that is understood; others get EACCES.</summary>
    public uint SysctlVersion { get; init; } = Sys.V4_17.XenAbi.XEN_SYSCTL_INTERFACE_VERSION;

    /// <summary>Whose structures domctl and sysctl have.</summary>
    public Architecture Architecture { get; init; } = RuntimeInformation.ProcessArchitecture;

    /// <summary>The memory of the machine: of all domains, and of Xen.</summary>
    internal MachineMemory MachineMemory { get; } = new(MachineFrames);

    /// <summary>Makes a PVH domain.</summary>
    /// <param name="id">Its number, not in use.</param>
    /// <param name="vcpus">Number of vCPUs, at least one.</param>
    /// <param name="frames">Number of frames of memory, from frame 0. What is not written to takes no memory.</param>
    /// <exception cref="ArgumentException">The number is in use.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No vCPU, no frame, or more frames than the machine has left.</exception>
    public SimulatedDomain CreateDomain(ushort id, int vcpus = 1, int frames = 1024)
    {
        lock (_creation)
        {
            if (Exists(new DomainId(id)))
                throw new ArgumentException($"domain {id} exists already", nameof(id));
            return _domains[new DomainId(id)] = new SimulatedDomain(this, new DomainId(id), vcpus, frames);
        }
    }

    /// <inheritdoc/>
    public HypercallResult Invoke(
        uint hypercall, ulong arg1 = 0, ulong arg2 = 0, ulong arg3 = 0, ulong arg4 = 0, ulong arg5 = 0) =>
        Call(Caller.Control, hypercall, arg1, arg2, arg3, arg4, arg5);

    /// <summary>A hypercall of a domain's.</summary>
    internal HypercallResult Call(
        Caller caller, uint hypercall, ulong arg1, ulong arg2, ulong arg3, ulong arg4, ulong arg5) =>
        hypercall switch
        {
            XenAbi.__HYPERVISOR_xen_version => XenVersion(arg1, (void*)arg2),
            XenAbi.__HYPERVISOR_memory_op => Memory(caller, arg1, (void*)arg2),
            XenAbi.__HYPERVISOR_domctl => Domctl((void*)arg1),
            XenAbi.__HYPERVISOR_sysctl => Sysctl((void*)arg1),
            XenAbi.__HYPERVISOR_hvm_op => Hvm(arg1, (void*)arg2),
            XenAbi.__HYPERVISOR_event_channel_op => EventChannel(caller, arg1, (void*)arg2),
            XenAbi.__HYPERVISOR_grant_table_op => Grants(arg1, (void*)arg2, arg3),
            XenAbi.__HYPERVISOR_multicall => Multicall(caller, (multicall_entry*)arg1, arg2),
            _ => HypercallResult.Failure(XenAbi.XEN_ENOSYS),
        };

    /// <inheritdoc/>
    // SAFETY: the memory is the caller's until it is given to ReleaseBuffer, and has the size that is cleared.
    public void* AcquireBuffer(nuint size)
    {
        if (size > IHypercallTransport.MaximumBufferSize)
            return null;
        try
        {
            var length = nuint.Max(size, XenPage.Size);
            var buffer = NativeMemory.AlignedAlloc(length, XenPage.Size);
            NativeMemory.Clear(buffer, length);
            return buffer;
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    // SAFETY: callers give back what AcquireBuffer gave them, once; null is allowed.
    public void ReleaseBuffer(void* buffer) => NativeMemory.AlignedFree(buffer);

    // The control domain always does, though it is no simulated one.
    internal bool Exists(DomainId id) => id == default || id == DomainId.Self || Find(id) is not null;

    internal SimulatedDomain? Find(DomainId id) => _domains.GetValueOrDefault(id);

    internal void Forget(DomainId id) => _domains.TryRemove(id, out _);
}

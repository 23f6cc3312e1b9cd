using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>A Xen without a machine: domains with memory and vCPUs whose accesses reach a device model.</summary>
/// <remarks>
/// It answers the hypercalls that a device model needs, with the error numbers that the real Xen gives. Its
/// capabilities stand beside it: <see cref="ForeignMemory"/> and <see cref="EventChannels"/>. Thread-safe.
/// </remarks>
public sealed unsafe partial class SimulatedXen : IHypercallTransport
{
    private readonly ConcurrentDictionary<DomainId, SimulatedDomain> _domains = new();

    /// <summary>Starts with no domains.</summary>
    public SimulatedXen()
    {
        EventChannels = new SimulatedEventChannels(this);
        ForeignMemory = new SimulatedForeignMemory(this);
    }

    /// <summary>The event channels of the domain that the device model runs in.</summary>
    public SimulatedEventChannels EventChannels { get; }

    /// <summary>Mappings of the simulated domains' memory.</summary>
    public SimulatedForeignMemory ForeignMemory { get; }

    /// <summary>What <c>XENVER_version</c> answers.</summary>
    public XenVersion Version { get; init; } = new(4, 17);

    /// <summary>The only domctl interface version that is understood; others get EACCES.</summary>
    public uint DomctlVersion { get; init; } = Sys.V4_17.XenAbi.XEN_DOMCTL_INTERFACE_VERSION;

    /// <summary>The only sysctl interface version that is understood; others get EACCES.</summary>
    public uint SysctlVersion { get; init; } = Sys.V4_17.XenAbi.XEN_SYSCTL_INTERFACE_VERSION;

    /// <summary>Whose structures domctl and sysctl have.</summary>
    public Architecture Architecture { get; init; } = RuntimeInformation.ProcessArchitecture;

    /// <summary>Makes a PVH domain.</summary>
    /// <param name="id">Its number, not in use.</param>
    /// <param name="vcpus">Number of vCPUs, at least one.</param>
    /// <param name="frames">Number of frames of memory, from frame 0.</param>
    public SimulatedDomain CreateDomain(ushort id, int vcpus = 1, int frames = 1024)
    {
        var domain = new SimulatedDomain(this, new DomainId(id), vcpus, frames);
        return _domains.TryAdd(domain.Id, domain)
            ? domain
            : throw new ArgumentException($"domain {id} exists already", nameof(id));
    }

    /// <inheritdoc/>
    public HypercallResult Invoke(
        uint hypercall, ulong arg1 = 0, ulong arg2 = 0, ulong arg3 = 0, ulong arg4 = 0, ulong arg5 = 0) =>
        hypercall switch
        {
            XenAbi.__HYPERVISOR_xen_version => XenVersion(arg1, (void*)arg2),
            XenAbi.__HYPERVISOR_memory_op => Memory(arg1, (void*)arg2),
            XenAbi.__HYPERVISOR_domctl => Domctl((void*)arg1),
            XenAbi.__HYPERVISOR_sysctl => Sysctl((void*)arg1),
            XenAbi.__HYPERVISOR_hvm_op => Hvm(arg1, (void*)arg2),
            XenAbi.__HYPERVISOR_event_channel_op => EventChannel(arg1, (void*)arg2),
            XenAbi.__HYPERVISOR_grant_table_op => Grants(arg1, (void*)arg2, arg3),
            XenAbi.__HYPERVISOR_multicall => Multicall((multicall_entry*)arg1, arg2),
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

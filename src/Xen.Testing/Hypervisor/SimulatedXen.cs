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
/// Disposal is for tests that make many: what is forgotten without it is cleaned up by the garbage collector, later.
/// </para>
/// <para>
/// Locks are taken in this order: a <see cref="SimulatedLinux"/>'s gate of the address space, <c>GrantGate</c>,
/// <c>SimulatedDomain.Gate</c> (one domain's at a time), <c>PortGate</c>, and last those of the machine's memory and of
/// whoever is signalled, under which nothing else is locked.
/// </para>
/// </remarks>
public sealed unsafe partial class SimulatedXen : IHypercallTransport, IDisposable
{
    private const int MachineFrames = 0x100000;

    private readonly ConcurrentDictionary<DomainId, SimulatedDomain> _domains = new();

    /// <summary>Starts with no domains.</summary>
    public SimulatedXen()
    {
        Release = SimulatedRelease.Xen417;
        ControlGrants = new SimulatedGrantTable(MachineMemory);
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

    /// <summary>Which release it is: 4.17, unless another one is wanted.</summary>
    public SimulatedRelease Release
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
            Version = value.Version;
            DomctlVersion = value.DomctlVersion;
            SysctlVersion = value.SysctlVersion;
        }
    }

    /// <summary>What goes wrong, and when.</summary>
    public SimulatedFaults Faults { get; } = new();

    /// <summary>What <c>XENVER_version</c> answers.</summary>
    public XenVersion Version { get; init; }

    /// <summary>The only domctl interface version that is understood; others get EACCES.</summary>
    public uint DomctlVersion { get; init; }

    /// <summary>The only sysctl interface version that is understood; others get EACCES.</summary>
    public uint SysctlVersion { get; init; }

    /// <summary>Whose structures domctl and sysctl have.</summary>
    public Architecture Architecture { get; init; } = RuntimeInformation.ProcessArchitecture;

    /// <summary>The memory of the machine: of all domains, and of Xen.</summary>
    internal MachineMemory MachineMemory { get; } = new(MachineFrames);

    /// <summary>Makes a domain.</summary>
    /// <param name="id">Its number, not in use.</param>
    /// <param name="vcpus">Number of vCPUs, at least one.</param>
    /// <param name="frames">Number of frames of memory, from frame 0. What is not written to takes no memory.</param>
    /// <param name="kind">How its guest runs.</param>
    /// <exception cref="ArgumentException">The number is in use.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No vCPU, no frame, or more frames than the machine has left.</exception>
    public SimulatedDomain CreateDomain(ushort id, int vcpus = 1, int frames = 1024, SimulatedDomainKind kind = SimulatedDomainKind.Pvh)
    {
        lock (_creation)
        {
            if (Exists(new DomainId(id)))
                throw new ArgumentException($"domain {id} exists already", nameof(id));
            var domain = new SimulatedDomain(this, new DomainId(id), kind, vcpus, frames);
            if (kind == SimulatedDomainKind.Hvm || (kind == SimulatedDomainKind.Pvh && Release.SetsIoreqFramesAside))
                domain.SetIoreqFramesAside();
            return _domains[domain.Id] = domain;
        }
    }

    /// <summary>Closes <see cref="EventChannels"/>, <see cref="ForeignMemory"/>, and the file behind the memory.</summary>
    /// <remarks>
    /// What is mapped stays readable, and its owners can still dispose of it; nothing new is mapped. Nothing else may use
    /// this hypervisor from now on.
    /// </remarks>
    public void Dispose()
    {
        EventChannels.Dispose();
        (ForeignMemory as IDisposable)?.Dispose();
        MachineMemory.CloseFile();
    }

    /// <inheritdoc/>
    public HypercallResult Invoke(
        uint hypercall, ulong arg1 = 0, ulong arg2 = 0, ulong arg3 = 0, ulong arg4 = 0, ulong arg5 = 0) =>
        Call(Caller.Control, hypercall, arg1, arg2, arg3, arg4, arg5);

    /// <summary>A hypercall of a domain's: EFAULT if there is no memory where it says that its structure is.</summary>
    internal HypercallResult Call(
        Caller caller, uint hypercall, ulong arg1, ulong arg2, ulong arg3, ulong arg4, ulong arg5) =>
        HasStructure(hypercall, arg1, arg2, arg3)
            ? Execute(caller, hypercall, arg1, arg2, arg3, arg4, arg5)
            : HypercallResult.Failure(XenAbi.XEN_EFAULT);

    /// <summary>A hypercall whose structure is known to be there: a kernel's own, for instance.</summary>
    internal HypercallResult Execute(
        Caller caller, uint hypercall, ulong arg1, ulong arg2, ulong arg3, ulong arg4, ulong arg5)
    {
        if (hypercall == XenAbi.__HYPERVISOR_dm_op)
            return DeviceModelOp(caller, new DomainId((ushort)arg1), (xen_dm_op_buf*)arg3, (uint)arg2);
        var fault = Faults.Meet(hypercall, OperationOf(hypercall, arg1));
        if (fault != 0)
            return HypercallResult.Failure(fault);
        return hypercall switch
        {
            XenAbi.__HYPERVISOR_xen_version => XenVersion(caller, arg1, (void*)arg2),
            XenAbi.__HYPERVISOR_memory_op => Memory(caller, arg1, (void*)arg2),
            XenAbi.__HYPERVISOR_domctl => Domctl(caller, (void*)arg1),
            XenAbi.__HYPERVISOR_sysctl => Sysctl(caller, (void*)arg1),
            XenAbi.__HYPERVISOR_hvm_op => Hvm(caller, arg1, (void*)arg2),
            XenAbi.__HYPERVISOR_event_channel_op => EventChannel(caller, arg1, (void*)arg2),
            XenAbi.__HYPERVISOR_grant_table_op => Grants(caller, arg1, (void*)arg2, arg3),
            XenAbi.__HYPERVISOR_console_io => Console(caller, arg1, arg2, arg3),
            XenAbi.__HYPERVISOR_sched_op => Schedule(caller, arg1, (void*)arg2),
            XenAbi.__HYPERVISOR_vcpu_op => Vcpu(caller, arg1, arg2, (void*)arg3),
            XenAbi.__HYPERVISOR_multicall => Multicall(caller, (multicall_entry*)arg1, arg2),
            _ => HypercallResult.Failure(XenAbi.XEN_ENOSYS),
        };
    }

    // Where a hypercall has its operation: in the first argument, or in the structure that it points to.
    // SAFETY: these operations begin with their number, and it was found out before that they are there.
    private static uint OperationOf(uint hypercall, ulong argument) => hypercall switch
    {
        XenAbi.__HYPERVISOR_domctl or XenAbi.__HYPERVISOR_sysctl => *(uint*)argument,
        _ => (uint)argument,
    };

    /// <inheritdoc/>
    // SAFETY: the memory is the caller's until it is given to ReleaseBuffer, and has the size that is cleared.
    public void* AcquireBuffer(nuint size)
    {
        if (size > IHypercallTransport.MaximumBufferSize || Faults.RefusesBuffer())
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

    internal void Forget(DomainId id)
    {
        if (_domains.TryRemove(id, out _))
            RaiseVirq(Control, XenAbi.VIRQ_DOM_EXC);
    }
}

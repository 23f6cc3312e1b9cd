using System;
using Conformance.Life;
using Xen.Privcmd.Kernel;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Conformance;

/// <summary>A hypervisor that the rules are held against, with guests made for the test.</summary>
internal interface IHypervisor : IDisposable
{
    IHypercallTransport Transport { get; }

    IForeignMemory ForeignMemory { get; }

    IEventChannels EventChannels { get; }

    /// <summary>The system calls that reach the drivers, for what Xen.Privcmd would never ask.</summary>
    IKernel Kernel { get; }

    /// <summary>The release of Linux whose drivers answer: 6.12, for instance.</summary>
    Version LinuxRelease { get; }

    /// <summary>Pages that domains grant to this one.</summary>
    IGrantTable Grants { get; }

    /// <summary>Pages that this domain grants to others, or to itself.</summary>
    IGrantShares Shares { get; }

    /// <summary>Makes a PVH guest with one vCPU and 32 MiB of memory, which does not run.</summary>
    DomainId CreateGuest();

    /// <summary>The same, as xl makes it: with all that a toolstack sets up in it.</summary>
    DomainId CreateGuestByToolstack();

    /// <summary>Lets the vCPU of a domain go on, whose code and registers are those of a program.</summary>
    /// <param name="domain">A paused domain with one vCPU.</param>
    /// <param name="program">What it does.</param>
    void Start(DomainId domain, GuestProgram program);

    /// <summary>The same, for code that is in the domain's memory already.</summary>
    /// <param name="domain">A paused domain with one vCPU.</param>
    /// <param name="script">What a simulated vCPU does, which runs no code.</param>
    void Start(DomainId domain, Action<SimulatedDomain> script);

    /// <summary>How long threads are let loose on the event channels.</summary>
    TimeSpan StressTime { get; }

    /// <summary>
    /// How many of all these events may be lost. On the real Xen and Linux, where ports come and go all the time, one was lost
    /// now and then, in few of many runs; never on the simulated ones, on which the same code runs.
    /// </summary>
    int TolerableLosses { get; }

    /// <summary>How many mappings this process has of Xen's drivers; not the buffers of hypercalls, which are kept.</summary>
    int CountMappings();

    /// <summary>Destroys a domain: one that xl made has xl destroy it, with all that it set up.</summary>
    void Destroy(DomainId guest);
}

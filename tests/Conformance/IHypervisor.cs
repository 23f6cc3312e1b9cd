using System;
using Xen.Sys;

namespace Conformance;

/// <summary>A hypervisor that the rules are held against, with guests made for the test.</summary>
public interface IHypervisor : IDisposable
{
    IHypercallTransport Transport { get; }

    IForeignMemory ForeignMemory { get; }

    IEventChannels EventChannels { get; }

    /// <summary>Makes a PVH guest with one vCPU and at least 8 MiB of memory, which does not run.</summary>
    DomainId CreateGuest();

    /// <summary>Destroys a guest, as a toolstack does.</summary>
    void Destroy(DomainId guest);
}

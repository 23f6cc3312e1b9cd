using System;
using Xen.Sys;

namespace Conformance;

/// <summary>A hypervisor that the rules are held against, with guests made for the test.</summary>
public interface IHypervisor : IDisposable
{
    IHypercallTransport Transport { get; }

    IForeignMemory ForeignMemory { get; }

    IEventChannels EventChannels { get; }

    /// <summary>Pages that domains grant to this one; null if there is no driver for it.</summary>
    IGrantTable? Grants { get; }

    /// <summary>Pages that this domain grants to others, or to itself; null if there is no driver for it.</summary>
    IGrantShares? Shares { get; }

    /// <summary>Makes a PVH guest with one vCPU and at least 8 MiB of memory, which does not run.</summary>
    DomainId CreateGuest();

    /// <summary>Destroys a guest, as a toolstack does.</summary>
    void Destroy(DomainId guest);
}

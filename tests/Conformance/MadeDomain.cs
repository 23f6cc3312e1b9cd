using System;
using Xen.Sys;

namespace Conformance;

/// <summary>Domains made by hypercalls alone, in a fraction of the time that a toolstack takes.</summary>
internal static class MadeDomain
{
    internal static readonly Guid Handle = new("9a0c57c4-1b3d-4a5f-8e27-3f6d70815243");

    /// <summary>An HVM domain of the kind that xl calls PVH.</summary>
    internal static DomainConfiguration HvmConfiguration(uint vcpus) => new()
    {
        Handle = Handle,
        Flags = DomainCreationOptions.Hvm | DomainCreationOptions.HardwareAssistedPaging,
        MaximumVcpus = vcpus,
        MaximumEventChannelPort = 1023,
        MaximumGrantFrames = 4,
        MaximumMaptrackFrames = 4,
        GrantVersion = 2,
        X86EmulationFlags = Xen.Sys.X86_64.XenAbi.XEN_X86_EMU_LAPIC,
    };

    /// <summary>Makes an HVM domain with vCPUs and memory from frame 0. It is paused.</summary>
    /// <param name="xen">The way to Xen.</param>
    /// <param name="vcpus">How many vCPUs.</param>
    /// <param name="extents">How many pieces of memory.</param>
    /// <param name="order">Base-two logarithm of the frames of a piece.</param>
    internal static DomainId Make(IHypercallTransport xen, uint vcpus, int extents, int order)
    {
        const ulong KibibytesForXen = 4096;
        DomctlInterface.Probe(xen, out var domctl).OrThrow("probe");
        Domctl.CreateDomain(xen, domctl, default, HvmConfiguration(vcpus), out var created).OrThrow("createdomain");
        var domain = created.Id;
        Domctl.SetMaximumVcpus(xen, domctl, domain, vcpus).OrThrow("max_vcpus", domain);
        var kibibytes = ((ulong)extents << order) * (XenPage.Size / 1024);
        Domctl.SetMaximumMemory(xen, domctl, domain, kibibytes + KibibytesForXen).OrThrow("max_mem", domain);
        Domctl.SetShadowAllocation(xen, domctl, domain, 2).OrThrow("shadow_op set_allocation", domain);
        var frames = new ulong[extents];
        for (var i = 0; i < extents; i++)
            frames[i] = (ulong)i << order;
        MemoryOp.PopulatePhysmap(xen, domain, frames, (uint)order, 0, out var done).OrThrow("populate_physmap", domain);
        Assert.Equal(extents, done);
        return domain;
    }
}

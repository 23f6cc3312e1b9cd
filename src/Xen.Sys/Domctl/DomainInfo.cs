namespace Xen.Sys;

/// <summary>The state of a domain. C origin: <c>struct xen_domctl_getdomaininfo</c>, public/domctl.h.</summary>
public readonly record struct DomainInfo
{
    private readonly uint _flags;

    /// <summary>Takes the state apart.</summary>
    /// <param name="id">The domain.</param>
    /// <param name="flags"><c>XEN_DOMINF_*</c> bits and the shutdown code.</param>
    /// <param name="emulatesIoApic">Xen emulates an I/O APIC for it.</param>
    public DomainInfo(DomainId id, uint flags, bool emulatesIoApic)
    {
        Id = id;
        _flags = flags;
        EmulatesIoApic = emulatesIoApic;
    }

    /// <summary>The domain that is described.</summary>
    public DomainId Id { get; }

    /// <summary>True for HVM and PVH domains, false for PV ones.</summary>
    public bool IsHvm => (_flags & XenAbi.XEN_DOMINF_hvm_guest) != 0;

    /// <summary>True while the domain is being torn down.</summary>
    public bool IsDying => (_flags & XenAbi.XEN_DOMINF_dying) != 0;

    /// <summary>True if the guest has stopped: see <see cref="ShutdownReason"/>.</summary>
    public bool IsShutDown => (_flags & XenAbi.XEN_DOMINF_shutdown) != 0;

    /// <summary>Why it stopped: a <c>SHUTDOWN_*</c> number, public/sched.h. Meaningless while it runs.</summary>
    public uint ShutdownReason => (_flags >> XenAbi.XEN_DOMINF_shutdownshift) & XenAbi.XEN_DOMINF_shutdownmask;

    /// <summary>True if Xen emulates an I/O APIC for it: HVM domains on x86, not PVH ones.</summary>
    public bool EmulatesIoApic { get; }
}

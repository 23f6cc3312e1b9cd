namespace Xen.Sys;

/// <summary>What a domain is made to feel. C origin: <c>XEN_DOMCTL_SENDTRIGGER_*</c>, public/domctl.h.</summary>
public enum DomainTrigger : uint
{
    /// <summary>A non-maskable interrupt.</summary>
    Nmi = V4_20.XenAbi.XEN_DOMCTL_SENDTRIGGER_NMI,

    /// <summary>A reset of the vCPU.</summary>
    Reset = V4_20.XenAbi.XEN_DOMCTL_SENDTRIGGER_RESET,

    /// <summary>An INIT of the vCPU.</summary>
    Init = V4_20.XenAbi.XEN_DOMCTL_SENDTRIGGER_INIT,

    /// <summary>The ACPI power button.</summary>
    Power = V4_20.XenAbi.XEN_DOMCTL_SENDTRIGGER_POWER,

    /// <summary>The ACPI sleep button.</summary>
    Sleep = V4_20.XenAbi.XEN_DOMCTL_SENDTRIGGER_SLEEP,
}

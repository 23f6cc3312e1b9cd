namespace Xen.Sys;

/// <summary>What a vCPU is made to take. C origin: <c>XEN_DMOP_EVENT_*</c>, public/hvm/dm_op.h.</summary>
public enum InjectedEventType : byte
{
    /// <summary>An external interrupt.</summary>
    ExternalInterrupt = XenAbi.XEN_DMOP_EVENT_ext_int,

    /// <summary>A non-maskable interrupt.</summary>
    Nmi = XenAbi.XEN_DMOP_EVENT_nmi,

    /// <summary>An exception of the processor.</summary>
    HardwareException = XenAbi.XEN_DMOP_EVENT_hw_exc,

    /// <summary>An interrupt by the instruction INT n.</summary>
    SoftwareInterrupt = XenAbi.XEN_DMOP_EVENT_sw_int,

    /// <summary>The instruction ICEBP.</summary>
    PrivilegedSoftwareException = XenAbi.XEN_DMOP_EVENT_pri_sw_exc,

    /// <summary>The instructions INT3 and INTO.</summary>
    SoftwareException = XenAbi.XEN_DMOP_EVENT_sw_exc,
}

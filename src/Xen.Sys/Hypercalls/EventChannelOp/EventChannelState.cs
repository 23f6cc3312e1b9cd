namespace Xen.Sys;

/// <summary>What kind of port it is. C origin: <c>EVTCHNSTAT_*</c>, public/event_channel.h.</summary>
public enum EventChannelState : uint
{
    /// <summary>Not in use.</summary>
    Closed = XenAbi.EVTCHNSTAT_closed,

    /// <summary>Waits for a domain to connect.</summary>
    Unbound = XenAbi.EVTCHNSTAT_unbound,

    /// <summary>Connected to a port of a domain.</summary>
    Interdomain = XenAbi.EVTCHNSTAT_interdomain,

    /// <summary>Stands for a physical interrupt.</summary>
    PhysicalInterrupt = XenAbi.EVTCHNSTAT_pirq,

    /// <summary>Stands for a virtual interrupt of Xen.</summary>
    VirtualInterrupt = XenAbi.EVTCHNSTAT_virq,

    /// <summary>For interrupts between the domain's own vCPUs.</summary>
    InterProcessor = XenAbi.EVTCHNSTAT_ipi,
}

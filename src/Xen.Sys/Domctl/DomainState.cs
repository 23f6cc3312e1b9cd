using System;

namespace Xen.Sys;

/// <summary>What the stable interface tells of a domain.</summary>
/// <param name="Id">The domain.</param>
/// <param name="States">How it is.</param>
/// <param name="Capabilities">What it may do, if Xen says so.</param>
/// <param name="UniqueId">Differs from that of any other domain since the host was started, whatever its number.</param>
/// <remarks>C origin: <c>struct xen_domctl_get_domain_state</c>, public/domctl.h of Xen 4.21.</remarks>
public readonly record struct DomainState(
    DomainId Id, DomainStates States, DomainCapabilities Capabilities, ulong UniqueId);

/// <summary>How a domain is. C origin: <c>XEN_DOMCTL_GETDOMSTATE_STATE_*</c>, public/domctl.h of Xen 4.21.</summary>
[Flags]
public enum DomainStates : ushort
{
    /// <summary>It does not exist (any more).</summary>
    None = 0,

    /// <summary>It exists.</summary>
    Exists = 1,

    /// <summary>Its guest has stopped.</summary>
    ShutDown = 2,

    /// <summary>It is being torn down.</summary>
    Dying = 4,

    /// <summary>It is torn down but for what others hold of it.</summary>
    Dead = 8,
}

/// <summary>What a domain may do. C origin: <c>XEN_DOMCTL_GETDOMSTATE_CAP_*</c>, public/domctl.h.</summary>
[Flags]
public enum DomainCapabilities : ushort
{
    /// <summary>Nothing special, or Xen does not say.</summary>
    None = 0,

    /// <summary>It controls other domains.</summary>
    Control = 1,

    /// <summary>It owns the hardware.</summary>
    Hardware = 2,

    /// <summary>XenStore runs in it.</summary>
    XenStore = 4,
}

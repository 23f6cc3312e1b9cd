namespace DomainMonitor;

/// <summary>How domains are found.</summary>
internal enum DomainSource
{
    /// <summary>Not at all: Xen tells about the own domain only.</summary>
    Own,

    /// <summary>As a list: <c>XEN_SYSCTL_getdomaininfolist</c>.</summary>
    Sysctl,

    /// <summary>One by one, as a domain that XenStore runs in may: <c>XEN_DOMCTL_getdomaininfo</c>.</summary>
    Domctl,
}

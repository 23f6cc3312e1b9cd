namespace Xen.Store;

/// <summary>What became of a domain.</summary>
public enum XenStoreDomainEventKind
{
    /// <summary>The daemon serves it: it was just made, or was there when the stream began.</summary>
    Introduced,

    /// <summary>It is gone.</summary>
    Released,

    /// <summary>
    /// Some domain shut down or crashed and is still there. Which one, the daemon does not say; Xen does
    /// (<c>Domctl.GetDomainInfo</c>).
    /// </summary>
    ShutDown,
}

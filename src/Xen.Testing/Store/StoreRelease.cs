namespace Xen.Testing.Store;

/// <summary>Which release of xenstored, the C daemon, a store plays.</summary>
public enum StoreRelease
{
    /// <summary>Xen 4.17, as Debian 12 has it.</summary>
    Xen417,

    /// <summary>
    /// Xen 4.21: watches with a depth, <c>@releaseDomain/DOMID</c>, and the requests about features and quotas, as
    /// docs/misc/xenstore.txt describes them.
    /// </summary>
    Xen421,
}

namespace Xen.Sys;

/// <summary>The version of the domctl interface that the running Xen speaks.</summary>
/// <remarks>
/// domctl is not stable: each release has its number, and Xen answers EACCES to any other. It is probed once, and
/// then the structures of that release are used.
/// </remarks>
public readonly record struct DomctlInterface
{
    // Numbers that released hypervisors have used: 4.14 is 0x12, 4.19 to 4.21 share 0x17.
    private const uint FirstProbed = 0x12;
    private const uint LastProbed = 0x18;

    private DomctlInterface(uint version) => Version = version;

    /// <summary>The interface version; 0 if it has not been probed.</summary>
    public uint Version { get; }

    /// <summary>True if this SDK has the structures of that version.</summary>
    public bool IsSupported => Version == XenAbi.XEN_DOMCTL_INTERFACE_VERSION;

    /// <summary>Finds out which version the running Xen speaks.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">The version found. Look at <see cref="IsSupported"/> before using it.</param>
    /// <returns>A success; EPERM if the caller may not use domctl; EACCES if no known version is spoken.</returns>
    public static HypercallResult Probe<T>(T transport, out DomctlInterface domctl)
        where T : IHypercallTransport, allows ref struct
    {
        var known = Try(transport, XenAbi.XEN_DOMCTL_INTERFACE_VERSION, out domctl);
        if (known.Errno != XenAbi.XEN_EACCES)
            return known;

        for (var version = FirstProbed; version <= LastProbed; version++)
        {
            var result = Try(transport, version, out domctl);
            if (result.Errno != XenAbi.XEN_EACCES)
                return result;
        }

        return known;
    }

    // Domain 0 always exists, so that EACCES can only speak of the version.
    private static HypercallResult Try<T>(T transport, uint version, out DomctlInterface domctl)
        where T : IHypercallTransport, allows ref struct
    {
        var result = Domctl.InvokeGetDomainInfo(transport, version, default, out _);
        domctl = result.IsSuccess ? new DomctlInterface(version) : default;
        return result;
    }
}

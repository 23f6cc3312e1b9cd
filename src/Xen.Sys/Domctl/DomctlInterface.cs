using System;
using System.Runtime.InteropServices;

namespace Xen.Sys;

/// <summary>The version of the domctl interface that the running Xen speaks, and the architecture it runs on.</summary>
/// <remarks>
/// domctl is not stable: each release has its number, and Xen answers EACCES to any other. It is probed once, and then
/// the structures of that release are used.
/// </remarks>
public readonly record struct DomctlInterface
{
    private DomctlInterface(uint version, Architecture architecture)
    {
        Version = version;
        Architecture = architecture;
    }

    /// <summary>The interface version; 0 if none has been found.</summary>
    public uint Version { get; }

    /// <summary>Whose structures are used.</summary>
    public Architecture Architecture { get; }

    /// <summary>True if this SDK has the structures of that version.</summary>
    public bool IsSupported => Form != ControlForm.None;

    /// <summary>The releases of Xen that speak this version.</summary>
    public XenReleaseRange Releases => InterfaceReleases.OfDomctl(Version);

    internal ControlForm Form => Architecture is not (Architecture.X64 or Architecture.Arm64)
        ? ControlForm.None
        : Version switch
        {
            V4_14.XenAbi.XEN_DOMCTL_INTERFACE_VERSION => ControlForm.V4_14,
            V4_17.XenAbi.XEN_DOMCTL_INTERFACE_VERSION => ControlForm.V4_17,
            V4_20.XenAbi.XEN_DOMCTL_INTERFACE_VERSION => ControlForm.V4_20,
            _ => ControlForm.None,
        };

    private const uint NoVersion = uint.MaxValue;

    // Those that are supported first, the newest first of all; then those that can only be named.
    private static ReadOnlySpan<byte> Candidates =>
    [
        V4_20.XenAbi.XEN_DOMCTL_INTERFACE_VERSION,
        V4_17.XenAbi.XEN_DOMCTL_INTERFACE_VERSION,
        V4_14.XenAbi.XEN_DOMCTL_INTERFACE_VERSION,
        0x18, 0x16, 0x14, 0x13,
    ];

    /// <summary>Finds out which version the running Xen speaks, for the architecture of this process.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">The version found. Look at <see cref="IsSupported"/> before using it.</param>
    /// <returns>
    /// A success; EPERM if the caller may not use domctl, or ESRCH if there is no domain 0 to ask about, and the version is
    /// found all the same, if it is Xen that says so; EACCES if no known version is spoken; ENOMEM without a buffer.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_getdomaininfo</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult Probe<T>(T transport, out DomctlInterface domctl)
        where T : IHypercallTransport, allows ref struct =>
        Probe(transport, RuntimeInformation.ProcessArchitecture, out domctl);

    /// <summary>Finds out which version a Xen of some architecture speaks.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="architecture">The architecture of the Xen at the other end.</param>
    /// <param name="domctl">The version found. Look at <see cref="IsSupported"/> before using it.</param>
    /// <returns>
    /// A success; EPERM if the caller may not use domctl, or ESRCH if there is no domain 0 to ask about, and the version is
    /// found all the same, if it is Xen that says so; EACCES if no known version is spoken; ENOMEM without a buffer.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_getdomaininfo</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult Probe<T>(T transport, Architecture architecture, out DomctlInterface domctl)
        where T : IHypercallTransport, allows ref struct
    {
        domctl = default;
        var result = HypercallResult.Failure(XenAbi.XEN_EACCES);
        foreach (var version in Candidates)
        {
            // Domain 0 need not exist (dom0less), but no other one is likelier to.
            var domain = default(DomainId);
            ulong none = 0;
            result = DomctlCall.Invoke(
                transport, version, V4_20.XenAbi.XEN_DOMCTL_getdomaininfo, ref domain, ref none);
            if (result.IsSuccess
                || (result.Errno is XenAbi.XEN_EPERM or XenAbi.XEN_ESRCH && IsVersionLookedAt(transport)))
                domctl = new DomctlInterface(version, architecture);
            if (result.Errno != XenAbi.XEN_EACCES)
                break;
        }

        return result;
    }

    // Xen looks at the version, then for the domain, and then at who asks. Who refuses any version is not Xen, but something
    // on the way.
    private static bool IsVersionLookedAt<T>(T transport)
        where T : IHypercallTransport, allows ref struct
    {
        var domain = default(DomainId);
        ulong none = 0;
        var result = DomctlCall.Invoke(
            transport, NoVersion, V4_20.XenAbi.XEN_DOMCTL_getdomaininfo, ref domain, ref none);
        return result.Errno == XenAbi.XEN_EACCES;
    }

    /// <summary>For messages: <c>domctl 0x15 (Xen 4.17)</c>.</summary>
    public override string ToString() => $"domctl 0x{Version:x} ({Releases})";
}

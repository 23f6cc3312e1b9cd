using System.Runtime.InteropServices;

namespace Xen.Sys;

/// <summary>The versions of both interfaces for tools that the running Xen speaks.</summary>
/// <param name="Domctl">Control of domains.</param>
/// <param name="Sysctl">Control of the machine.</param>
public readonly record struct InterfaceVersions(DomctlInterface Domctl, SysctlInterface Sysctl)
{
    /// <summary>True if the structures of both are known.</summary>
    public bool AreSupported => Domctl.IsSupported && Sysctl.IsSupported;

    /// <summary>The releases that speak both.</summary>
    public XenReleaseRange Releases => Domctl.Releases.Intersect(Sysctl.Releases);

    /// <summary>Finds out both versions, once. Ask <see cref="AreSupported"/> before using them.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="versions">
    /// What was found, also when the result is a failure: an interface that was not recognised has version 0.
    /// </param>
    /// <returns>
    /// A success if both versions were recognised; otherwise the failure of the first that was not: EACCES if it is none
    /// that is known here, EPERM if the caller may not use it, ESRCH if domctl was not told of a domain 0, ENOMEM without a
    /// buffer.
    /// </returns>
    /// <remarks>
    /// <c>XEN_DOMCTL_getdomaininfo</c>, public/domctl.h, and <c>XEN_SYSCTL_physinfo</c>, public/sysctl.h; for tools, so it
    /// may change.
    /// </remarks>
    public static HypercallResult Probe<T>(T transport, out InterfaceVersions versions)
        where T : IHypercallTransport, allows ref struct =>
        Probe(transport, RuntimeInformation.ProcessArchitecture, out versions);

    /// <summary>Finds out both versions of a Xen of some architecture.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="architecture">The architecture of the Xen at the other end.</param>
    /// <param name="versions">What was found, also when the result is a failure.</param>
    /// <returns>
    /// A success if both versions were recognised; otherwise the failure of the first that was not: EACCES if it is none
    /// that is known here, EPERM if the caller may not use it, ESRCH if domctl was not told of a domain 0, ENOMEM without a
    /// buffer.
    /// </returns>
    /// <remarks>
    /// <c>XEN_DOMCTL_getdomaininfo</c>, public/domctl.h, and <c>XEN_SYSCTL_physinfo</c>, public/sysctl.h; for tools, so it
    /// may change.
    /// </remarks>
    public static HypercallResult Probe<T>(T transport, Architecture architecture, out InterfaceVersions versions)
        where T : IHypercallTransport, allows ref struct
    {
        var domctlResult = DomctlInterface.Probe(transport, architecture, out var domctl);
        var sysctlResult = SysctlInterface.Probe(transport, architecture, out var sysctl);
        versions = new InterfaceVersions(domctl, sysctl);
        return domctlResult.IsSuccess ? sysctlResult : domctlResult;
    }

    /// <summary>For messages: <c>domctl 0x17, sysctl 0x15 (Xen 4.19 to 4.20)</c>.</summary>
    public override string ToString() => $"domctl 0x{Domctl.Version:x}, sysctl 0x{Sysctl.Version:x} ({Releases})";
}

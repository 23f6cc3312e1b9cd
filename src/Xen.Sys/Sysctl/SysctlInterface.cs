using System;
using System.Runtime.InteropServices;

namespace Xen.Sys;

/// <summary>The version of the sysctl interface that the running Xen speaks, and the architecture it runs on.</summary>
/// <remarks>
/// sysctl is not stable: its number changes with its structures, and Xen answers EACCES to any other. It is probed once,
/// and then the structures of that release are used.
/// </remarks>
public readonly record struct SysctlInterface
{
    private SysctlInterface(uint version, Architecture architecture)
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
    public XenReleaseRange Releases => InterfaceReleases.OfSysctl(Version);

    internal ControlForm Form => Architecture is not (Architecture.X64 or Architecture.Arm64)
        ? ControlForm.None
        : Version switch
        {
            V4_14.XenAbi.XEN_SYSCTL_INTERFACE_VERSION => ControlForm.V4_14,
            V4_17.XenAbi.XEN_SYSCTL_INTERFACE_VERSION => ControlForm.V4_17,
            _ => ControlForm.None,
        };

    private const uint NoVersion = uint.MaxValue;

    // Those that are supported first, the newest first of all; then those that can only be named.
    private static ReadOnlySpan<byte> Candidates =>
    [
        V4_17.XenAbi.XEN_SYSCTL_INTERFACE_VERSION,
        V4_14.XenAbi.XEN_SYSCTL_INTERFACE_VERSION,
        0x16, 0x14,
    ];

    /// <summary>Finds out which version the running Xen speaks, for the architecture of this process.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="sysctl">The version found. Look at <see cref="IsSupported"/> before using it.</param>
    /// <returns>
    /// A success; EPERM if the caller may not use sysctl, and the version is found all the same, if it is Xen that says so;
    /// EACCES if no known version is spoken; ENOMEM without a buffer.
    /// </returns>
    /// <remarks><c>XEN_SYSCTL_physinfo</c>, public/sysctl.h; for tools, so it may change.</remarks>
    public static HypercallResult Probe<T>(T transport, out SysctlInterface sysctl)
        where T : IHypercallTransport, allows ref struct =>
        Probe(transport, RuntimeInformation.ProcessArchitecture, out sysctl);

    /// <summary>Finds out which version a Xen of some architecture speaks.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="architecture">The architecture of the Xen at the other end.</param>
    /// <param name="sysctl">The version found. Look at <see cref="IsSupported"/> before using it.</param>
    /// <returns>
    /// A success; EPERM if the caller may not use sysctl, and the version is found all the same, if it is Xen that says so;
    /// EACCES if no known version is spoken; ENOMEM without a buffer.
    /// </returns>
    /// <remarks><c>XEN_SYSCTL_physinfo</c>, public/sysctl.h; for tools, so it may change.</remarks>
    public static HypercallResult Probe<T>(T transport, Architecture architecture, out SysctlInterface sysctl)
        where T : IHypercallTransport, allows ref struct
    {
        sysctl = default;
        var result = HypercallResult.Failure(XenAbi.XEN_EACCES);
        foreach (var version in Candidates)
        {
            ulong none = 0;
            result = SysctlCall.Invoke(transport, version, V4_17.XenAbi.XEN_SYSCTL_physinfo, ref none);
            if (result.IsSuccess || (result.Errno == XenAbi.XEN_EPERM && IsVersionLookedAt(transport)))
                sysctl = new SysctlInterface(version, architecture);
            if (result.Errno != XenAbi.XEN_EACCES)
                break;
        }

        return result;
    }

    // Xen looks at the version, and then at who asks. Who refuses any version is not Xen, but something on the way.
    private static bool IsVersionLookedAt<T>(T transport)
        where T : IHypercallTransport, allows ref struct
    {
        ulong none = 0;
        return SysctlCall.Invoke(transport, NoVersion, V4_17.XenAbi.XEN_SYSCTL_physinfo, ref none).Errno
            == XenAbi.XEN_EACCES;
    }

    /// <summary>For messages: <c>sysctl 0x15 (Xen 4.17 to 4.20)</c>.</summary>
    public override string ToString() => $"sysctl 0x{Version:x} ({Releases})";
}

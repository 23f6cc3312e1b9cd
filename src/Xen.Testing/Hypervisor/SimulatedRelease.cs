using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>A release of Xen: what it calls itself, and where it answers otherwise than another one.</summary>
public sealed record SimulatedRelease
{
    private SimulatedRelease(XenVersion version, uint domctlVersion, uint sysctlVersion)
    {
        Version = version;
        DomctlVersion = domctlVersion;
        SysctlVersion = sysctlVersion;
    }

    /// <summary>Xen 4.17, as Debian 12 has it.</summary>
    public static SimulatedRelease Xen417 { get; } = new(
        new XenVersion(4, 17),
        Sys.V4_17.XenAbi.XEN_DOMCTL_INTERFACE_VERSION,
        Sys.V4_17.XenAbi.XEN_SYSCTL_INTERFACE_VERSION);

    /// <summary>Xen 4.20, as Debian 13 has it.</summary>
    public static SimulatedRelease Xen420 { get; } = new(
        new XenVersion(4, 20),
        Sys.V4_20.XenAbi.XEN_DOMCTL_INTERFACE_VERSION,
        Sys.V4_20.XenAbi.XEN_SYSCTL_INTERFACE_VERSION)
    {
        ShowsPortsOfXen = true,
        RefusesUnknownResources = true,
        MissesRoomForBuildId = true,
        DescribesOnlyWhatIsThere = true,
        SetsIoreqFramesAside = true,
    };

    /// <summary>What <c>XENVER_version</c> answers.</summary>
    public XenVersion Version { get; }

    /// <summary>The version of domctl.</summary>
    public uint DomctlVersion { get; }

    /// <summary>The version of sysctl.</summary>
    public uint SysctlVersion { get; }

    /// <summary>The status of a port that Xen serves is told, with nothing in it; before, it is EACCES.</summary>
    internal bool ShowsPortsOfXen { get; private init; }

    /// <summary>The size of an unknown resource is EINVAL; before, it is a success with a size that is none.</summary>
    internal bool RefusesUnknownResources { get; private init; }

    /// <summary>A build id for which there is no room at all is ENOBUFS; before, it is EINVAL.</summary>
    internal bool MissesRoomForBuildId { get; private init; }

    /// <summary>The number of a domain that is not there is ESRCH; before, the next domain is described.</summary>
    internal bool DescribesOnlyWhatIsThere { get; private init; }

    /// <summary>The toolstack that comes with it sets frames of PVH domains aside for a device model.</summary>
    internal bool SetsIoreqFramesAside { get; private init; }

    /// <inheritdoc/>
    public override string ToString() => $"Xen {Version}";
}

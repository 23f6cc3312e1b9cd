using System;

namespace Xen.Sys;

/// <summary>Which release of Xen speaks which version of domctl and sysctl.</summary>
/// <remarks>
/// <c>XEN_DOMCTL_INTERFACE_VERSION</c> in public/domctl.h and <c>XEN_SYSCTL_INTERFACE_VERSION</c> in public/sysctl.h of
/// the releases. Neither number is ever used again for another layout.
/// </remarks>
internal static class InterfaceReleases
{
    private const ushort Major = 4;
    private const ushort FirstMinor = 14;

    // One entry per release, from 4.14 to 4.22.
    private static ReadOnlySpan<byte> Domctl => [0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x17, 0x17, 0x18];

    private static ReadOnlySpan<byte> Sysctl => [0x13, 0x13, 0x14, 0x15, 0x15, 0x15, 0x15, 0x16, 0x16];

    internal static XenReleaseRange OfDomctl(uint version) => Find(Domctl, version);

    internal static XenReleaseRange OfSysctl(uint version) => Find(Sysctl, version);

    private static XenReleaseRange Find(ReadOnlySpan<byte> versions, uint version)
    {
        if (version > byte.MaxValue)
            return default;

        var first = versions.IndexOf((byte)version);
        return first < 0
            ? default
            : new XenReleaseRange(Release(first), Release(versions.LastIndexOf((byte)version)));
    }

    private static XenVersion Release(int index) => new(Major, (ushort)(FirstMinor + index));
}

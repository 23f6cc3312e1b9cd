using System;
using Xen.Sys;

namespace Conformance.Portable;

/// <content>xen_version: any domain may ask, and what is kept from it is so without an error, but for the build id.</content>
internal static partial class PortableRules
{
    private const int VersionCount = 14;
    private const int LongestExtraVersion = 15;

    private static Verdict CheckVersion<T>(T transport, in PortableFacts facts, int index)
        where T : IHypercallTransport, allows ref struct
    {
        Span<byte> text = stackalloc byte[XenVersionOp.MaximumTextLength];
        HypercallResult result;
        int length;
        switch (index)
        {
            case 0:
                result = XenVersionOp.GetVersion(transport, out var version);
                return Verdict.Of("version-is-4"u8, result, version.Major == 4 && version.Minor >= 14);
            case 1:
                result = XenVersionOp.GetExtraVersion(transport, text, out length);
                return Verdict.Of("version-extra-ends"u8, result, result.IsSuccess && length <= LongestExtraVersion);
            case 2:
                result = XenVersionOp.GetCapabilities(transport, text, out length);
                return Verdict.Of("version-capabilities-are-some"u8, result, result.IsSuccess && length > 0);
            case 3:
                return Verdict.Of("version-changeset"u8, XenVersionOp.GetChangeset(transport, text, out _), 0);
            case 4:
                return Verdict.Of("version-command-line"u8, XenVersionOp.GetCommandLine(transport, text, out _), 0);
            case 5:
                return Verdict.Of("version-compile-info"u8, XenVersionOp.GetCompileInfo(transport, out _), 0);
            case 6:
                result = XenVersionOp.GetPageSize(transport, out var size);
                return Verdict.Of(
                    "version-page-is-4096"u8, result, size == XenPage.Size || (size == 0 && !facts.IsPrivileged));
            case 7:
                return Verdict.Of("version-features"u8, XenVersionOp.GetFeatures(transport, 0, out _), 0);
            case 8:
                return Verdict.Of(
                    "version-features-beyond-EINVAL"u8, XenVersionOp.GetFeatures(transport, 9, out _), XenAbi.XEN_EINVAL);
            case 9:
                return Verdict.Of("version-guest-handle"u8, XenVersionOp.GetGuestHandle(transport, out _), 0);
            case 10:
                result = XenVersionOp.GetBuildIdLength(transport, out length);
                return Verdict.Of("version-build-id-length"u8, result, IsBuildId(facts, result));
            case 11:
                result = XenVersionOp.GetBuildId(transport, text[..1], out length);
                return Verdict.Of(
                    "version-build-id-ENOBUFS"u8, result, facts.IsPrivileged ? XenAbi.XEN_ENOBUFS : XenAbi.XEN_EPERM);
            case 12:
                result = transport.Invoke(XenAbi.__HYPERVISOR_xen_version, XenAbi.XENVER_extraversion, Nowhere);
                return Verdict.Of("version-bad-pointer-EFAULT"u8, result, XenAbi.XEN_EFAULT);
            default:
                result = transport.Invoke(XenAbi.__HYPERVISOR_xen_version, UnknownOperation);
                return Verdict.Of("version-unknown-ENOSYS"u8, result, XenAbi.XEN_ENOSYS);
        }
    }

    private static bool IsBuildId(in PortableFacts facts, HypercallResult result) =>
        facts.IsPrivileged ? result.Value > 0 : result.Errno == XenAbi.XEN_EPERM;
}

using Xen.Sys;

namespace Xen.Store;

/// <summary>The limits of the protocol, public/io/xs_wire.h. A daemon's quotas may be lower.</summary>
public static class XenStoreLimits
{
    /// <summary>Bytes of a payload at most. C origin: <c>XENSTORE_PAYLOAD_MAX</c>.</summary>
    public const int MaximumPayload = XenAbi.XENSTORE_PAYLOAD_MAX;

    /// <summary>Bytes of an absolute path at most. C origin: <c>XENSTORE_ABS_PATH_MAX</c>.</summary>
    public const int MaximumAbsolutePath = XenAbi.XENSTORE_ABS_PATH_MAX;

    /// <summary>Bytes of a relative path at most. C origin: <c>XENSTORE_REL_PATH_MAX</c>.</summary>
    public const int MaximumRelativePath = XenAbi.XENSTORE_REL_PATH_MAX;
}

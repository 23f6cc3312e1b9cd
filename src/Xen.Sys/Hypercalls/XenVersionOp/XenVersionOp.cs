using System;

namespace Xen.Sys;

/// <summary>The <c>xen_version</c> hypercall, public/version.h: what the running Xen is and can.</summary>
/// <remarks>
/// Any domain may ask. Where the security policy keeps something from a domain, Xen succeeds and answers
/// <c>&lt;denied&gt;</c>, or zeros.
/// </remarks>
// SAFETY: pointers lead into a buffer of AcquireBuffer, which is as large as was asked for and the caller's until it is
// released.
public static unsafe partial class XenVersionOp
{
    /// <summary>Asks which Xen this is.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="version">The release, when the result is a success.</param>
    /// <returns>Xen's result; its value is the release as Xen packs it.</returns>
    /// <remarks><c>XENVER_version</c>, public/version.h; stable.</remarks>
    public static HypercallResult GetVersion<T>(T transport, out XenVersion version)
        where T : IHypercallTransport, allows ref struct
    {
        var result = transport.Invoke(XenAbi.__HYPERVISOR_xen_version, XenAbi.XENVER_version);
        version = result.IsSuccess
            ? new XenVersion((ushort)(result.Value >> 16), (ushort)result.Value)
            : default;
        return result;
    }

    /// <summary>Asks for the size of Xen's pages.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="bytes">The size in bytes, when the result is a success; 0 if it is kept from this domain.</param>
    /// <returns>Xen's result.</returns>
    /// <remarks><c>XENVER_pagesize</c>, public/version.h; stable.</remarks>
    public static HypercallResult GetPageSize<T>(T transport, out int bytes)
        where T : IHypercallTransport, allows ref struct
    {
        var result = transport.Invoke(XenAbi.__HYPERVISOR_xen_version, XenAbi.XENVER_pagesize);
        bytes = result.IsSuccess ? (int)result.Value : 0;
        return result;
    }

    /// <summary>Asks where Xen's own part of the address space begins, for PV domains.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="virtualStart">The virtual address, when the result is a success.</param>
    /// <returns>Xen's result; ENOMEM if the transport has no buffer left.</returns>
    /// <remarks><c>XENVER_platform_parameters</c>, public/version.h; stable.</remarks>
    public static HypercallResult GetPlatformParameters<T>(T transport, out ulong virtualStart)
        where T : IHypercallTransport, allows ref struct
    {
        var parameters = default(xen_platform_parameters);
        var result = Invoke(transport, XenAbi.XENVER_platform_parameters, ref parameters);
        virtualStart = result.IsSuccess ? parameters.virt_start : 0;
        return result;
    }

    /// <summary>Asks for 32 of the features that the calling domain has.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="index">Which 32: feature number divided by 32.</param>
    /// <param name="features">One bit per feature, <c>XENFEAT_*</c> modulo 32, when the result is a success.</param>
    /// <returns>Xen's result; EINVAL for an index without features; ENOMEM if the transport has no buffer left.</returns>
    /// <remarks><c>XENVER_get_features</c>, public/version.h and public/features.h; stable.</remarks>
    public static HypercallResult GetFeatures<T>(T transport, uint index, out uint features)
        where T : IHypercallTransport, allows ref struct
    {
        var info = new xen_feature_info { submap_idx = index };
        var result = Invoke(transport, XenAbi.XENVER_get_features, ref info);
        features = result.IsSuccess ? info.submap : 0;
        return result;
    }

    /// <summary>Asks for the UUID that the toolstack gave the calling domain.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="handle">The UUID, when the result is a success; all zeros for dom0.</param>
    /// <returns>Xen's result; ENOMEM if the transport has no buffer left.</returns>
    /// <remarks><c>XENVER_guest_handle</c>, public/version.h; stable.</remarks>
    public static HypercallResult GetGuestHandle<T>(T transport, out Guid handle)
        where T : IHypercallTransport, allows ref struct
    {
        handle = default;
        var buffer = transport.AcquireBuffer((nuint)sizeof(Guid));
        if (buffer is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        var result = transport.Invoke(
            XenAbi.__HYPERVISOR_xen_version, XenAbi.XENVER_guest_handle, (ulong)buffer);
        if (result.IsSuccess)
            handle = new Guid(new ReadOnlySpan<byte>(buffer, sizeof(Guid)), bigEndian: true);
        transport.ReleaseBuffer(buffer);
        return result;
    }

    private static HypercallResult Invoke<T, TArgument>(T transport, ulong subOperation, ref TArgument argument)
        where T : IHypercallTransport, allows ref struct
        where TArgument : unmanaged =>
        HypercallArgument.Invoke(transport, XenAbi.__HYPERVISOR_xen_version, subOperation, ref argument);
}

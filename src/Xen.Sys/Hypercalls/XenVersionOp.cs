namespace Xen.Sys;

/// <summary>The <c>xen_version</c> hypercall, public/version.h.</summary>
public static unsafe class XenVersionOp
{
    /// <summary>Asks which Xen this is.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="version">The release, when the result is a success.</param>
    /// <returns>Xen's result.</returns>
    public static HypercallResult GetVersion<T>(T transport, out XenVersion version)
        where T : IHypercallTransport, allows ref struct
    {
        var result = transport.Invoke(XenAbi.__HYPERVISOR_xen_version, XenAbi.XENVER_version);
        version = result.IsSuccess
            ? new XenVersion((ushort)(result.Value >> 16), (ushort)result.Value)
            : default;
        return result;
    }
}

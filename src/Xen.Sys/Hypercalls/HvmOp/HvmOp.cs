namespace Xen.Sys;

/// <summary>The <c>hvm_op</c> hypercall, public/hvm/hvm_op.h: what only HVM and PVH domains have.</summary>
public static partial class HvmOp
{
    /// <summary>Reads one of a domain's HVM parameters.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">An HVM or PVH domain.</param>
    /// <param name="index">An <c>HVM_PARAM_*</c> number, public/hvm/params.h.</param>
    /// <param name="value">The parameter, when the result is a success.</param>
    /// <returns>
    /// Xen's result; EINVAL for a PV domain or an unknown parameter; EPERM for one that the guest itself may not read;
    /// ESRCH no such domain; ENOMEM without a buffer.
    /// </returns>
    /// <remarks><c>HVMOP_get_param</c>, public/hvm/hvm_op.h; stable.</remarks>
    public static HypercallResult GetParameter<T>(T transport, DomainId domain, uint index, out ulong value)
        where T : IHypercallTransport, allows ref struct
    {
        var parameter = new xen_hvm_param { domid = domain.Value, index = index };
        var result = Invoke(transport, XenAbi.HVMOP_get_param, ref parameter);
        value = result.IsSuccess ? parameter.value : 0;
        return result;
    }

    /// <summary>Sets one of a domain's HVM parameters.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">An HVM or PVH domain.</param>
    /// <param name="index">An <c>HVM_PARAM_*</c> number, public/hvm/params.h.</param>
    /// <param name="value">The new value.</param>
    /// <returns>
    /// Xen's result; EINVAL for a PV domain or an unknown parameter; EPERM where only the guest itself may set it; EEXIST
    /// for one that can be set once; ESRCH no such domain; ENOMEM without a buffer.
    /// </returns>
    /// <remarks><c>HVMOP_set_param</c>, public/hvm/hvm_op.h; stable.</remarks>
    public static HypercallResult SetParameter<T>(T transport, DomainId domain, uint index, ulong value)
        where T : IHypercallTransport, allows ref struct
    {
        var parameter = new xen_hvm_param { domid = domain.Value, index = index, value = value };
        return Invoke(transport, XenAbi.HVMOP_set_param, ref parameter);
    }

    private static HypercallResult Invoke<T, TArgument>(T transport, ulong subOperation, ref TArgument argument)
        where T : IHypercallTransport, allows ref struct
        where TArgument : unmanaged =>
        HypercallArgument.Invoke(transport, XenAbi.__HYPERVISOR_hvm_op, subOperation, ref argument);
}

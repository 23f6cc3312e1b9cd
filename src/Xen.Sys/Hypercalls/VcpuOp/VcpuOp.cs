namespace Xen.Sys;

/// <summary>The <c>vcpu_op</c> hypercall, public/vcpu.h: the vCPUs of the calling domain.</summary>
/// <remarks>
/// All of them fail with ENOENT if the calling domain has no such vCPU, and with EINVAL on Arm, which has no more of them
/// than <see cref="RegisterVcpuInfo"/> and <see cref="RegisterRunStateArea"/>.
/// </remarks>
// SAFETY: pointers lead into a buffer of AcquireBuffer, which is as large as was asked for and the caller's until it is
// released. A structure, or an array of them, fills it.
public static unsafe partial class VcpuOp
{
    /// <summary>Sets where a vCPU begins, once. It runs after <see cref="Up"/>. For HVM and PVH domains (x86).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="context">Its mode and its registers.</param>
    /// <returns>
    /// Xen's result; EINVAL if those registers do not fit the mode, and on Arm; EEXIST if it is initialised already;
    /// ENOENT no such vCPU; ENOMEM without a buffer.
    /// </returns>
    /// <remarks>
    /// <c>VCPUOP_initialise</c>, public/vcpu.h and public/hvm/hvm_vcpu.h; stable. For a PV domain Xen would read another
    /// and longer structure, which is not here.
    /// </remarks>
    public static HypercallResult Initialise<T>(T transport, VcpuId vcpu, in vcpu_hvm_context context)
        where T : IHypercallTransport, allows ref struct
    {
        var copy = context;
        return Invoke(transport, XenAbi.VCPUOP_initialise, vcpu, ref copy);
    }

    /// <summary>Lets an initialised vCPU run.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <returns>Xen's result; EINVAL if it is not initialised, and on Arm; ENOENT no such vCPU.</returns>
    /// <remarks><c>VCPUOP_up</c>, public/vcpu.h; stable.</remarks>
    public static HypercallResult Up<T>(T transport, VcpuId vcpu)
        where T : IHypercallTransport, allows ref struct => Invoke(transport, XenAbi.VCPUOP_up, vcpu);

    /// <summary>Stops a vCPU. It may run a little longer, unless it is the one that asks.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <returns>Xen's result; ENOENT no such vCPU; EINVAL on Arm. The domain stops with its last vCPU.</returns>
    /// <remarks><c>VCPUOP_down</c>, public/vcpu.h; stable.</remarks>
    public static HypercallResult Down<T>(T transport, VcpuId vcpu)
        where T : IHypercallTransport, allows ref struct => Invoke(transport, XenAbi.VCPUOP_down, vcpu);

    /// <summary>Asks whether a vCPU may run.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="isUp">True if so, when the result is a success.</param>
    /// <returns>Xen's result; ENOENT no such vCPU; EINVAL on Arm.</returns>
    /// <remarks><c>VCPUOP_is_up</c>, public/vcpu.h; stable.</remarks>
    public static HypercallResult IsUp<T>(T transport, VcpuId vcpu, out bool isUp)
        where T : IHypercallTransport, allows ref struct
    {
        var result = Invoke(transport, XenAbi.VCPUOP_is_up, vcpu);
        isUp = result.Value > 0;
        return result;
    }

    /// <summary>Sends a non-maskable interrupt to a vCPU (x86).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <returns>Xen's result; ENOENT no such vCPU; EINVAL on Arm.</returns>
    /// <remarks><c>VCPUOP_send_nmi</c>, public/vcpu.h; stable.</remarks>
    public static HypercallResult SendNmi<T>(T transport, VcpuId vcpu)
        where T : IHypercallTransport, allows ref struct => Invoke(transport, XenAbi.VCPUOP_send_nmi, vcpu);

    /// <summary>Asks which physical CPU a vCPU is pinned to (x86).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="physicalId">
    /// The CPU's APIC id in bits 0 to 31, its ACPI id in bits 32 to 63, when the result is a success.
    /// </param>
    /// <returns>Xen's result; EINVAL if it is not pinned for good, and on Arm; ENOENT no such vCPU; ENOMEM.</returns>
    /// <remarks><c>VCPUOP_get_physid</c>, public/vcpu.h; stable.</remarks>
    public static HypercallResult GetPhysicalId<T>(T transport, VcpuId vcpu, out ulong physicalId)
        where T : IHypercallTransport, allows ref struct
    {
        var get = default(vcpu_get_physid);
        var result = Invoke(transport, XenAbi.VCPUOP_get_physid, vcpu, ref get);
        physicalId = result.IsSuccess ? get.phys_id : 0;
        return result;
    }

    private static HypercallResult Invoke<T>(T transport, ulong subOperation, VcpuId vcpu)
        where T : IHypercallTransport, allows ref struct =>
        transport.Invoke(XenAbi.__HYPERVISOR_vcpu_op, subOperation, vcpu.Value);

    private static HypercallResult Invoke<T, TArgument>(
        T transport, ulong subOperation, VcpuId vcpu, ref TArgument argument)
        where T : IHypercallTransport, allows ref struct
        where TArgument : unmanaged
    {
        var buffer = (TArgument*)transport.AcquireBuffer((nuint)sizeof(TArgument));
        if (buffer is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        *buffer = argument;
        var result = transport.Invoke(XenAbi.__HYPERVISOR_vcpu_op, subOperation, vcpu.Value, (ulong)buffer);
        argument = *buffer;
        transport.ReleaseBuffer(buffer);
        return result;
    }
}

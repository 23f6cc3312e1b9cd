namespace Xen.Sys;

/// <content>What Xen tells a vCPU by shared memory.</content>
public static partial class VcpuOp
{
    /// <summary>Chooses where Xen keeps a vCPU's <c>vcpu_info</c>, in place of the shared information page.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU. It can be done once for each.</param>
    /// <param name="frame">The frame: a machine frame for a PV domain, else a guest frame.</param>
    /// <param name="offset">Bytes from its start; the structure must not cross the page.</param>
    /// <returns>
    /// Xen's result; EINVAL for a bad place or the second time; EPERM or ENOENT if there is no such frame or vCPU; ENOMEM.
    /// </returns>
    /// <remarks><c>VCPUOP_register_vcpu_info</c>, public/vcpu.h; stable.</remarks>
    public static HypercallResult RegisterVcpuInfo<T>(T transport, VcpuId vcpu, ulong frame, uint offset)
        where T : IHypercallTransport, allows ref struct
    {
        var register = new vcpu_register_vcpu_info { mfn = frame, offset = offset };
        return Invoke(transport, XenAbi.VCPUOP_register_vcpu_info, vcpu, ref register);
    }

    /// <summary>Asks what a vCPU is doing, and how long it has done what.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="times">The times, when the result is a success.</param>
    /// <returns>Xen's result; ENOENT no such vCPU; EINVAL on Arm; ENOMEM without a buffer.</returns>
    /// <remarks><c>VCPUOP_get_runstate_info</c>, public/vcpu.h; stable.</remarks>
    public static HypercallResult GetRunStateTimes<T>(T transport, VcpuId vcpu, out RunStateTimes times)
        where T : IHypercallTransport, allows ref struct
    {
        var info = default(vcpu_runstate_info);
        var result = Invoke(transport, XenAbi.VCPUOP_get_runstate_info, vcpu, ref info);
        times = result.IsSuccess
            ? new RunStateTimes(
                (RunState)info.state, info.state_entry_time, info.time[0], info.time[1], info.time[2], info.time[3])
            : default;
        return result;
    }

    /// <summary>Lets Xen write a vCPU's times into the caller's memory whenever it is scheduled.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="address">
    /// Address of a <see cref="vcpu_runstate_info"/>: a virtual address, which must stay valid for as long as the domain
    /// lives, in whatever runs on that vCPU. So this is for kernels, not for processes.
    /// </param>
    /// <returns>Xen's result; EFAULT bad address; ENOENT no such vCPU; ENOMEM without a buffer.</returns>
    /// <remarks><c>VCPUOP_register_runstate_memory_area</c>, public/vcpu.h; stable.</remarks>
    public static HypercallResult RegisterRunStateArea<T>(T transport, VcpuId vcpu, ulong address)
        where T : IHypercallTransport, allows ref struct
    {
        var register = default(vcpu_register_runstate_memory_area);
        register.addr.p = address;
        return Invoke(transport, XenAbi.VCPUOP_register_runstate_memory_area, vcpu, ref register);
    }

    /// <summary>The same as <see cref="RegisterRunStateArea"/>, by a guest physical address (x86).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="address">
    /// Guest physical address of a <see cref="vcpu_runstate_info"/>, whatever runs on that vCPU; all ones takes it back.
    /// </param>
    /// <returns>
    /// Xen's result; ENXIO if the area crosses a page or is not aligned; EINVAL or EACCES if there is no RAM to write to,
    /// EINVAL also on Arm; ENOENT no such vCPU; ENOSYS before Xen 4.18; ENOMEM.
    /// </returns>
    /// <remarks>
    /// <c>VCPUOP_register_runstate_phys_area</c>, public/vcpu.h; stable. <c>XENFEAT_runstate_phys_area</c> says whether Xen
    /// has it.
    /// </remarks>
    public static HypercallResult RegisterRunStatePhysicalArea<T>(T transport, VcpuId vcpu, ulong address)
        where T : IHypercallTransport, allows ref struct
    {
        var register = default(vcpu_register_runstate_memory_area);
        register.addr.p = address;
        return Invoke(transport, XenAbi.VCPUOP_register_runstate_phys_area, vcpu, ref register);
    }

    /// <summary>Lets Xen write a copy of a vCPU's clock into the caller's memory whenever it changes (x86).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="address">
    /// Address of a <see cref="vcpu_time_info"/>: a virtual address, which must stay valid for as long as the domain lives,
    /// in whatever runs on that vCPU. So this is for kernels, not for processes.
    /// </param>
    /// <returns>Xen's result; EFAULT bad address; ENOENT no such vCPU; EINVAL on Arm; ENOMEM without a buffer.</returns>
    /// <remarks><c>VCPUOP_register_vcpu_time_memory_area</c>, public/vcpu.h; stable.</remarks>
    public static HypercallResult RegisterTimeArea<T>(T transport, VcpuId vcpu, ulong address)
        where T : IHypercallTransport, allows ref struct
    {
        var register = default(vcpu_register_time_memory_area);
        register.addr.p = address;
        return Invoke(transport, XenAbi.VCPUOP_register_vcpu_time_memory_area, vcpu, ref register);
    }

    /// <summary>The same as <see cref="RegisterTimeArea"/>, by a guest physical address (x86).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="address">
    /// Guest physical address of a <see cref="vcpu_time_info"/>, whatever runs on that vCPU; all ones takes it back.
    /// </param>
    /// <returns>
    /// Xen's result; ENXIO if the area crosses a page or is not aligned; EINVAL or EACCES if there is no RAM to write to,
    /// EINVAL also on Arm; ENOENT no such vCPU; ENOSYS before Xen 4.18; ENOMEM.
    /// </returns>
    /// <remarks>
    /// <c>VCPUOP_register_vcpu_time_phys_area</c>, public/vcpu.h; stable. <c>XENFEAT_vcpu_time_phys_area</c> says whether
    /// Xen has it.
    /// </remarks>
    public static HypercallResult RegisterTimePhysicalArea<T>(T transport, VcpuId vcpu, ulong address)
        where T : IHypercallTransport, allows ref struct
    {
        var register = default(vcpu_register_time_memory_area);
        register.addr.p = address;
        return Invoke(transport, XenAbi.VCPUOP_register_vcpu_time_phys_area, vcpu, ref register);
    }
}

namespace Xen.Sys;

/// <content>The timers that each vCPU has, one periodic and one for a single shot.</content>
public static partial class VcpuOp
{
    /// <summary>Sets a vCPU's periodic timer.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="nanoseconds">The period, at least one millisecond.</param>
    /// <returns>Xen's result; EINVAL if that is too short or too long, and on Arm; ENOENT no such vCPU; ENOMEM.</returns>
    /// <remarks><c>VCPUOP_set_periodic_timer</c>, public/vcpu.h; stable.</remarks>
    public static HypercallResult SetPeriodicTimer<T>(T transport, VcpuId vcpu, ulong nanoseconds)
        where T : IHypercallTransport, allows ref struct
    {
        var set = new vcpu_set_periodic_timer { period_ns = nanoseconds };
        return Invoke(transport, XenAbi.VCPUOP_set_periodic_timer, vcpu, ref set);
    }

    /// <summary>Stops a vCPU's periodic timer.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <returns>Xen's result; ENOENT no such vCPU; EINVAL on Arm.</returns>
    /// <remarks><c>VCPUOP_stop_periodic_timer</c>, public/vcpu.h; stable.</remarks>
    public static HypercallResult StopPeriodicTimer<T>(T transport, VcpuId vcpu)
        where T : IHypercallTransport, allows ref struct =>
        Invoke(transport, XenAbi.VCPUOP_stop_periodic_timer, vcpu);

    /// <summary>Sets the calling vCPU's single-shot timer.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The calling vCPU.</param>
    /// <param name="deadline">When: system time, in nanoseconds since Xen's start.</param>
    /// <param name="onlyInFuture">Asks Xen to fail if that time has passed; Xen may ignore it.</param>
    /// <returns>
    /// Xen's result; EINVAL for another vCPU than the calling one, and on Arm; ETIME if the time has passed; ENOENT no such
    /// vCPU; ENOMEM.
    /// </returns>
    /// <remarks><c>VCPUOP_set_singleshot_timer</c>, public/vcpu.h; stable.</remarks>
    public static HypercallResult SetSingleShotTimer<T>(T transport, VcpuId vcpu, ulong deadline, bool onlyInFuture)
        where T : IHypercallTransport, allows ref struct
    {
        var set = new vcpu_set_singleshot_timer
        {
            timeout_abs_ns = deadline,
            flags = onlyInFuture ? XenAbi.VCPU_SSHOTTMR_future : 0,
        };
        return Invoke(transport, XenAbi.VCPUOP_set_singleshot_timer, vcpu, ref set);
    }

    /// <summary>Stops the calling vCPU's single-shot timer.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The calling vCPU.</param>
    /// <returns>Xen's result; EINVAL for another vCPU than the calling one, and on Arm; ENOENT no such vCPU.</returns>
    /// <remarks><c>VCPUOP_stop_singleshot_timer</c>, public/vcpu.h; stable.</remarks>
    public static HypercallResult StopSingleShotTimer<T>(T transport, VcpuId vcpu)
        where T : IHypercallTransport, allows ref struct =>
        Invoke(transport, XenAbi.VCPUOP_stop_singleshot_timer, vcpu);
}

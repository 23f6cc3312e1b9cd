using System;
using Xen.Sys.V4_20;
using V4_20Abi = Xen.Sys.V4_20.XenAbi;

namespace Xen.Sys;

/// <content>vCPUs.</content>
// SAFETY: the frame and the map behind it, as long as Xen is told, are ours until they are released.
public static unsafe partial class Domctl
{
    /// <summary>Asks for the state of a vCPU.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="info">Its state.</param>
    /// <returns>Xen's result; EINVAL for a number that is too high; ESRCH also if there is no such vCPU.</returns>
    /// <remarks><c>XEN_DOMCTL_getvcpuinfo</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult GetVcpuInfo<T>(
        T transport, DomctlInterface domctl, DomainId domain, VcpuId vcpu, out VcpuInfo info)
        where T : IHypercallTransport, allows ref struct
    {
        var answer = new xen_domctl_getvcpuinfo { vcpu = vcpu.Value };
        var result = DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_getvcpuinfo, domain, ref answer);
        info = result.IsSuccess
            ? new VcpuInfo(answer.online != 0, answer.blocked != 0, answer.running != 0, answer.cpu_time, answer.cpu)
            : default;
        return result;
    }

    /// <summary>Sets on which physical CPUs a vCPU may or should run.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="affinity">Which of the two is set.</param>
    /// <param name="cpus">One bit for each CPU, the lowest first; CPUs beyond it are left out.</param>
    /// <returns>
    /// Xen's result; EINVAL if none of those CPUs can be used, or for a vCPU number that is too high; ESRCH also if there is
    /// no such vCPU; ENOMEM also if the map is longer than any buffer.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_setvcpuaffinity</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult SetVcpuAffinity<T>(
        T transport, DomctlInterface domctl, DomainId domain, VcpuId vcpu, VcpuAffinity affinity,
        ReadOnlySpan<byte> cpus)
        where T : IHypercallTransport, allows ref struct
    {
        var result = AcquireAffinity(
            transport, domctl, V4_20Abi.XEN_DOMCTL_setvcpuaffinity, domain, vcpu, affinity, cpus.Length, out var frame);
        if (!result.IsSuccess)
            return result;

        cpus.CopyTo(new Span<byte>(DomctlFrame.Data(frame), cpus.Length));
        result = DomctlCall.Invoke(transport, frame);
        transport.ReleaseBuffer(frame);
        return result;
    }

    /// <summary>Asks on which physical CPUs a vCPU may or should run.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="affinity">Which of the two is asked for.</param>
    /// <param name="cpus">Gets one bit for each CPU, the lowest first; those that do not fit are left out.</param>
    /// <returns>
    /// Xen's result; EINVAL for a number that is too high; ESRCH also if there is no such vCPU; ENOMEM also if the map is
    /// longer than any buffer.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_getvcpuaffinity</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult GetVcpuAffinity<T>(
        T transport, DomctlInterface domctl, DomainId domain, VcpuId vcpu, VcpuAffinity affinity, Span<byte> cpus)
        where T : IHypercallTransport, allows ref struct
    {
        var result = AcquireAffinity(
            transport, domctl, V4_20Abi.XEN_DOMCTL_getvcpuaffinity, domain, vcpu, affinity, cpus.Length, out var frame);
        if (!result.IsSuccess)
            return result;

        result = DomctlCall.Invoke(transport, frame);
        if (result.IsSuccess)
            new ReadOnlySpan<byte>(DomctlFrame.Data(frame), cpus.Length).CopyTo(cpus);
        transport.ReleaseBuffer(frame);
        return result;
    }

    /// <summary>Makes a domain or one of its vCPUs feel something.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="trigger">What.</param>
    /// <param name="vcpu">The vCPU, for what concerns one.</param>
    /// <returns>
    /// Xen's result; EINVAL for a vCPU that does not exist, or a trigger that such a domain does not have; ESRCH also if
    /// there is no such vCPU; ENOSYS for a trigger that Xen does not have, and on Arm.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_sendtrigger</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult SendTrigger<T>(
        T transport, DomctlInterface domctl, DomainId domain, DomainTrigger trigger, VcpuId vcpu)
        where T : IHypercallTransport, allows ref struct
    {
        var send = new xen_domctl_sendtrigger { trigger = (uint)trigger, vcpu = vcpu.Value };
        return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_sendtrigger, domain, ref send);
    }

    private static HypercallResult AcquireAffinity<T>(
        T transport, DomctlInterface domctl, uint command, DomainId domain, VcpuId vcpu, VcpuAffinity affinity,
        int length, out DomctlFrame* frame)
        where T : IHypercallTransport, allows ref struct
    {
        var result = DomctlFrame.Acquire(transport, domctl, command, domain, length, out frame);
        if (!result.IsSuccess)
            return result;

        var request = DomctlFrame.Payload<xen_domctl_vcpuaffinity>(frame);
        request->vcpu = vcpu.Value;
        request->flags = (uint)affinity;
        ref var map = ref affinity == VcpuAffinity.Hard ? ref request->cpumap_hard : ref request->cpumap_soft;
        map.bitmap = DomctlFrame.Data(frame);
        map.nr_bits = 8 * (uint)length;
        return default;
    }
}

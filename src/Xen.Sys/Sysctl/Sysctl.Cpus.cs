using System;
using Xen.Sys.V4_17;
using V4_17Abi = Xen.Sys.V4_17.XenAbi;

namespace Xen.Sys;

/// <content>Physical CPUs.</content>
// SAFETY: the frame and the list behind it are ours until they are released; Xen's count is bounded by the span.
public static unsafe partial class Sysctl
{
    /// <summary>Asks how long each CPU has been idle.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="sysctl">Must be supported.</param>
    /// <param name="idleTimes">Gets nanoseconds, CPU 0 first; CPUs that do not fit are left out.</param>
    /// <param name="count">How many were written.</param>
    /// <returns>Xen's result; ENOMEM also if the span is longer than any buffer of the transport.</returns>
    /// <remarks><c>XEN_SYSCTL_getcpuinfo</c>, public/sysctl.h; for tools, so it may change.</remarks>
    public static HypercallResult GetCpuIdleTimes<T>(
        T transport, SysctlInterface sysctl, Span<ulong> idleTimes, out int count)
        where T : IHypercallTransport, allows ref struct
    {
        count = 0;
        var result = SysctlFrame.Acquire(
            transport, sysctl, V4_17Abi.XEN_SYSCTL_getcpuinfo, (long)idleTimes.Length * sizeof(xen_sysctl_cpuinfo),
            out var frame);
        if (!result.IsSuccess)
            return result;

        var cpus = SysctlFrame.Payload<xen_sysctl_getcpuinfo>(frame);
        var list = (xen_sysctl_cpuinfo*)SysctlFrame.Data(frame);
        cpus->max_cpus = (uint)idleTimes.Length;
        cpus->info = list;
        result = SysctlCall.Invoke(transport, frame);
        if (result.IsSuccess)
        {
            count = (int)Math.Min(cpus->nr_cpus, (uint)idleTimes.Length);
            for (var i = 0; i < count; i++)
                idleTimes[i] = list[i].idletime;
        }

        transport.ReleaseBuffer(frame);
        return result;
    }

    /// <summary>Asks where each CPU is.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="sysctl">Must be supported.</param>
    /// <param name="cpus">
    /// Gets their places, CPU 0 first. <see cref="PhysicalInfo.MaximumCpuId"/> plus one entries hold them all.
    /// </param>
    /// <param name="count">How many were written.</param>
    /// <returns>
    /// Xen's result; ENOBUFS if there are more than fit; ENOMEM also if the span is longer than any buffer of the transport.
    /// </returns>
    /// <remarks><c>XEN_SYSCTL_cputopoinfo</c>, public/sysctl.h; for tools, so it may change.</remarks>
    public static HypercallResult GetCpuTopology<T>(
        T transport, SysctlInterface sysctl, Span<CpuTopology> cpus, out int count)
        where T : IHypercallTransport, allows ref struct
    {
        count = 0;
        var result = SysctlFrame.Acquire(
            transport, sysctl, V4_17Abi.XEN_SYSCTL_cputopoinfo, (long)cpus.Length * sizeof(xen_sysctl_cputopo), out var frame);
        if (!result.IsSuccess)
            return result;

        var topology = SysctlFrame.Payload<xen_sysctl_cputopoinfo>(frame);
        var list = (xen_sysctl_cputopo*)SysctlFrame.Data(frame);
        topology->num_cpus = (uint)cpus.Length;
        topology->cputopo = list;
        result = SysctlCall.Invoke(transport, frame);
        if (result.IsSuccess)
        {
            count = (int)Math.Min(topology->num_cpus, (uint)cpus.Length);
            for (var i = 0; i < count; i++)
                cpus[i] = new CpuTopology(list[i].core, list[i].socket, list[i].node);
        }

        transport.ReleaseBuffer(frame);
        return result;
    }
}

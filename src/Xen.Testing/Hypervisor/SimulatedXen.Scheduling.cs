using System;
using System.Diagnostics;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>sched_op and vcpu_op: nobody waits, and who asks is running. What is not here answers ENOSYS.</content>
// SAFETY: there was memory for the structure of the operation at the argument when the call began, and there is until it
// returns; the ports of a poll are as many as it says: the caller of the real Xen has to see to the same.
public sealed unsafe partial class SimulatedXen
{
    private const ulong ShortestPeriod = 1_000_000;
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    private HypercallResult Schedule(Caller caller, ulong command, void* argument)
    {
        switch (command)
        {
            case XenAbi.SCHEDOP_yield:
            case XenAbi.SCHEDOP_block:
                return default;
            case XenAbi.SCHEDOP_poll:
                var poll = (sched_poll*)argument;
                for (var i = 0U; i < poll->nr_ports; i++)
                {
                    if (!SimulatedPorts.HasRoomFor(new EventChannelPort(poll->ports.Pointer[i])))
                        return Invalid;
                }

                return default;
            case XenAbi.SCHEDOP_shutdown:
                Find(caller.Domain)?.ShutDown(((sched_shutdown*)argument)->reason);
                return default;
            default:
                return HypercallResult.Failure(XenAbi.XEN_ENOSYS);
        }
    }

    // Arm has hardly any of them.
    private HypercallResult Vcpu(Caller caller, ulong command, ulong vcpu, void* argument)
    {
        if (Architecture == System.Runtime.InteropServices.Architecture.Arm64)
            return Invalid;
        if (vcpu >= VcpuCount(caller.Domain))
            return HypercallResult.Failure(XenAbi.XEN_ENOENT);
        switch (command)
        {
            case XenAbi.VCPUOP_is_up:
                return new HypercallResult(1);
            case XenAbi.VCPUOP_get_runstate_info:
                *(vcpu_runstate_info*)argument = default;
                ((vcpu_runstate_info*)argument)->time[0] = NanosecondsSinceStart();
                return default;
            case XenAbi.VCPUOP_set_periodic_timer:
                return ((vcpu_set_periodic_timer*)argument)->period_ns < ShortestPeriod ? Invalid : default;
            default:
                return HypercallResult.Failure(XenAbi.XEN_ENOSYS);
        }
    }

    private static ulong NanosecondsSinceStart() =>
        (ulong)((UInt128)Stopwatch.GetTimestamp() * NanosecondsPerSecond / (ulong)Stopwatch.Frequency);
}

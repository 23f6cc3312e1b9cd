namespace Xen.Sys;

/// <summary>What a vCPU is doing. C origin: <c>RUNSTATE_*</c>, public/vcpu.h.</summary>
public enum RunState
{
    /// <summary>It runs.</summary>
    Running = XenAbi.RUNSTATE_running,

    /// <summary>It could run, but others do.</summary>
    Runnable = XenAbi.RUNSTATE_runnable,

    /// <summary>It waits for an event.</summary>
    Blocked = XenAbi.RUNSTATE_blocked,

    /// <summary>It is kept from running.</summary>
    Offline = XenAbi.RUNSTATE_offline,
}

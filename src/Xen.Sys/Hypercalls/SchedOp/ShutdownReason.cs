namespace Xen.Sys;

/// <summary>Why a domain stops. C origin: <c>SHUTDOWN_*</c>, public/sched.h.</summary>
public enum ShutdownReason : uint
{
    /// <summary>It is done: it is to be destroyed.</summary>
    PowerOff = XenAbi.SHUTDOWN_poweroff,

    /// <summary>It is to be started again.</summary>
    Reboot = XenAbi.SHUTDOWN_reboot,

    /// <summary>It is to be saved or migrated.</summary>
    Suspend = XenAbi.SHUTDOWN_suspend,

    /// <summary>It has crashed.</summary>
    Crash = XenAbi.SHUTDOWN_crash,

    /// <summary>Its watchdog has run out.</summary>
    Watchdog = XenAbi.SHUTDOWN_watchdog,

    /// <summary>It is to go on with its memory, but with fresh Xen interfaces.</summary>
    SoftReset = XenAbi.SHUTDOWN_soft_reset,
}

using System;
using Xen.Sys;

namespace Xen.Domain;

/// <summary>What a domain without an operating system has of its machine, whichever way it was booted.</summary>
/// <remarks>
/// Code is generic over it, <c>where T : IDomainPlatform, allows ref struct</c>, and implementations are structures, so that
/// each call is a direct one. The folder <c>baremetal/platform</c> has those for Xen; tests bring their own. One vCPU, no
/// interrupts: everything happens when it is asked for. Implementations neither allocate nor throw.
/// </remarks>
public unsafe interface IDomainPlatform
{
    /// <summary>What the domain was started with: <c>extra=</c> of xl, the module's text of a boot loader.</summary>
    /// <value>UTF-8 without a terminator; valid as long as the domain runs.</value>
    ReadOnlySpan<byte> CommandLine { get; }

    /// <summary>True for dom0, which has neither XenStore nor a console of its own.</summary>
    bool IsInitialDomain { get; }

    /// <summary>The time that has passed since Xen started, in nanoseconds.</summary>
    ulong SystemTime { get; }

    /// <summary>The page that is shared with XenStore, public/io/xs_wire.h; null if there is none.</summary>
    xenstore_domain_interface* StoreRing { get; }

    /// <summary>The event channel of <see cref="StoreRing"/>; 0 if there is none.</summary>
    EventChannelPort StorePort { get; }

    /// <summary>The page that is shared with the console daemon, public/io/console.h; null if there is none.</summary>
    xencons_interface* ConsoleRing { get; }

    /// <summary>The event channel of <see cref="ConsoleRing"/>; 0 if there is none.</summary>
    EventChannelPort ConsolePort { get; }

    /// <summary>
    /// Gives the CPU away until this time has come, or an event on <see cref="StorePort"/> or <see cref="ConsolePort"/>.
    /// </summary>
    /// <param name="systemTime">On the clock of <see cref="SystemTime"/>; one that has passed returns at once.</param>
    /// <remarks>May return early without a reason: the caller looks at its rings and at the time.</remarks>
    void SleepUntil(ulong systemTime);

    /// <summary>
    /// Writes to Xen's console, which Xen refuses to most domains other than dom0, and, where there is a
    /// <see cref="ConsoleRing"/>, into that.
    /// </summary>
    /// <param name="text">
    /// UTF-8; lines end with a line feed. Those that the ring has no room for are dropped, as a whole.
    /// </param>
    void Write(ReadOnlySpan<byte> text);

    /// <summary>
    /// Ends the domain, once its console has taken what was written, or has had time to; dom0 ends the machine. Does not
    /// return on Xen; it may in a test.
    /// </summary>
    /// <param name="reason">
    /// What the toolstack is told. A dom0 that powers off makes the machine reboot instead: to turn it off is for ACPI,
    /// and Xen by itself would only halt.
    /// </param>
    void Shutdown(ShutdownReason reason);
}

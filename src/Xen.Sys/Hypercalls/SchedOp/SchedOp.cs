using System;

namespace Xen.Sys;

/// <summary>The <c>sched_op</c> hypercall, public/sched.h: when vCPUs run, and how domains stop.</summary>
// SAFETY: pointers lead into a buffer of AcquireBuffer, which is as large as was asked for and the caller's until it is
// released: room for the structure and, right behind it, for the lists.
public static unsafe class SchedOp
{
    /// <summary>The most ports that <see cref="Poll"/> waits for.</summary>
    public const int MaximumPolledPorts = 128;

    /// <summary>Lets other vCPUs run.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <returns>Xen's result; Xen itself never fails this.</returns>
    /// <remarks><c>SCHEDOP_yield</c>, public/sched.h; stable.</remarks>
    public static HypercallResult Yield<T>(T transport)
        where T : IHypercallTransport, allows ref struct =>
        transport.Invoke(XenAbi.__HYPERVISOR_sched_op, XenAbi.SCHEDOP_yield);

    /// <summary>Enables events and stops the calling vCPU until one comes.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <returns>Xen's result, when an event has come; Xen itself never fails this.</returns>
    /// <remarks><c>SCHEDOP_block</c>, public/sched.h; stable.</remarks>
    public static HypercallResult Block<T>(T transport)
        where T : IHypercallTransport, allows ref struct =>
        transport.Invoke(XenAbi.__HYPERVISOR_sched_op, XenAbi.SCHEDOP_block);

    /// <summary>Stops the calling domain. For dom0 that is the whole machine.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="reason">Why: what the toolstack does then depends on it.</param>
    /// <returns>
    /// Does not return, except from <see cref="ShutdownReason.Suspend"/>: 1 if it was cancelled, 0 in the domain that goes
    /// on. ENOMEM without a buffer.
    /// </returns>
    /// <remarks>
    /// <c>SCHEDOP_shutdown</c>, public/sched.h; stable. An x86 PV domain that suspends must pass the frame of its start
    /// information in a further register, which this does not.
    /// </remarks>
    public static HypercallResult Shutdown<T>(T transport, ShutdownReason reason)
        where T : IHypercallTransport, allows ref struct
    {
        var shutdown = new sched_shutdown { reason = (uint)reason };
        return Invoke(transport, XenAbi.SCHEDOP_shutdown, ref shutdown);
    }

    /// <summary>Notes why the calling domain is going to stop, without stopping it.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="reason">What the toolstack is told when the domain stops later.</param>
    /// <returns>Xen's result; ENOMEM without a buffer.</returns>
    /// <remarks><c>SCHEDOP_shutdown_code</c>, public/sched.h; stable.</remarks>
    public static HypercallResult SetShutdownCode<T>(T transport, ShutdownReason reason)
        where T : IHypercallTransport, allows ref struct
    {
        var shutdown = new sched_shutdown { reason = (uint)reason };
        return Invoke(transport, XenAbi.SCHEDOP_shutdown_code, ref shutdown);
    }

    /// <summary>Stops another domain, on behalf of its guest.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="reason">Why.</param>
    /// <returns>Xen's result; ESRCH no such domain; EPERM not privileged over it, or itself; ENOMEM without a buffer.</returns>
    /// <remarks><c>SCHEDOP_remote_shutdown</c>, public/sched.h; stable.</remarks>
    public static HypercallResult RemoteShutdown<T>(T transport, DomainId domain, ShutdownReason reason)
        where T : IHypercallTransport, allows ref struct
    {
        var shutdown = new sched_remote_shutdown { domain_id = domain.Value, reason = (uint)reason };
        return Invoke(transport, XenAbi.SCHEDOP_remote_shutdown, ref shutdown);
    }

    /// <summary>Waits until one of some ports is pending.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="ports">Ports of the calling domain, at most <see cref="MaximumPolledPorts"/>.</param>
    /// <param name="timeout">When to give up: system time, in nanoseconds since Xen's start; 0 for never.</param>
    /// <returns>
    /// A success when a port is pending or the time has come; E2BIG for more ports; EINVAL no such port; ENOMEM.
    /// </returns>
    /// <remarks><c>SCHEDOP_poll</c>, public/sched.h; stable.</remarks>
    public static HypercallResult Poll<T>(T transport, ReadOnlySpan<EventChannelPort> ports, ulong timeout)
        where T : IHypercallTransport, allows ref struct
    {
        if (ports.Length > MaximumPolledPorts)
            return HypercallResult.Failure(XenAbi.XEN_E2BIG);

        var poll = HypercallList.Acquire<T, sched_poll, EventChannelPort>(transport, ports.Length, out var list);
        if (poll is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        ports.CopyTo(new Span<EventChannelPort>(list, ports.Length));
        poll->ports = (uint*)list;
        poll->nr_ports = (uint)ports.Length;
        poll->timeout = timeout;
        var result = transport.Invoke(XenAbi.__HYPERVISOR_sched_op, XenAbi.SCHEDOP_poll, (ulong)poll);
        transport.ReleaseBuffer(poll);
        return result;
    }

    /// <summary>Starts, feeds or ends a watchdog: a timer that stops the calling domain when it runs out.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="id">0 to start one; the watchdog's number to feed it, or, with no time, to end it.</param>
    /// <param name="seconds">How long from now until it runs out.</param>
    /// <param name="started">The number of the watchdog that was started, when the result is a success; else 0.</param>
    /// <returns>Xen's result; ENOSPC if the domain has two already; EINVAL no such watchdog; ENOMEM.</returns>
    /// <remarks><c>SCHEDOP_watchdog</c>, public/sched.h; stable.</remarks>
    public static HypercallResult Watchdog<T>(T transport, uint id, uint seconds, out uint started)
        where T : IHypercallTransport, allows ref struct
    {
        var watchdog = new sched_watchdog { id = id, timeout = seconds };
        var result = Invoke(transport, XenAbi.SCHEDOP_watchdog, ref watchdog);
        started = result.IsSuccess ? (uint)result.Value : 0;
        return result;
    }

    /// <summary>Ties the calling vCPU to one physical CPU for a while, or lets it go again.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="physicalCpu">The physical CPU; negative to let it go.</param>
    /// <returns>
    /// Xen's result; EPERM not the hardware domain; EINVAL no such CPU in its pool; EBUSY tied already; ENOMEM.
    /// </returns>
    /// <remarks><c>SCHEDOP_pin_override</c>, public/sched.h; stable.</remarks>
    public static HypercallResult PinOverride<T>(T transport, int physicalCpu)
        where T : IHypercallTransport, allows ref struct
    {
        var pin = new sched_pin_override { pcpu = physicalCpu };
        return Invoke(transport, XenAbi.SCHEDOP_pin_override, ref pin);
    }

    private static HypercallResult Invoke<T, TArgument>(T transport, ulong subOperation, ref TArgument argument)
        where T : IHypercallTransport, allows ref struct
        where TArgument : unmanaged =>
        HypercallArgument.Invoke(transport, XenAbi.__HYPERVISOR_sched_op, subOperation, ref argument);
}

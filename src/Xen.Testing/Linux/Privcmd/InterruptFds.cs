using System.Collections.Generic;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Linux.Privcmd;

/// <summary>IRQFD: a signal of an eventfd becomes a device model operation, without the process.</summary>
internal sealed unsafe class InterruptFds(SimulatedLinux linux)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<EventFile, Interrupt> _interrupts = [];

    internal HypercallResult Assign(uint descriptor, DomainId domain, byte[] operation)
    {
        if (linux.FindFile(descriptor) is not { } file)
            return HypercallResult.Failure(XenAbi.XEN_EBADF);
        if (file is not EventFile events)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        var interrupt = new Interrupt(linux, domain, operation);
        lock (_gate)
        {
            if (!_interrupts.TryAdd(events, interrupt))
                return HypercallResult.Failure(XenAbi.XEN_EBUSY);
            events.Signalled = interrupt.Inject;
        }

        // A signal that came before is not lost.
        if (events.TryTake())
            interrupt.Inject();
        return default;
    }

    internal HypercallResult Deassign(uint descriptor)
    {
        if (linux.FindFile(descriptor) is not { } file)
            return HypercallResult.Failure(XenAbi.XEN_EBADF);
        lock (_gate)
        {
            // One that is not assigned is no error.
            if (file is EventFile events && _interrupts.Remove(events))
                events.Signalled = null;
        }

        return file is EventFile ? default : HypercallResult.Failure(XenAbi.XEN_EINVAL);
    }

    /// <summary>An eventfd is closed.</summary>
    internal void Forget(EventFile events)
    {
        lock (_gate)
            _interrupts.Remove(events);
    }

    private sealed class Interrupt(SimulatedLinux linux, DomainId domain, byte[] operation)
    {
        // Nobody hears of a refusal.
        internal void Inject()
        {
            // SAFETY: the buffer is as long as it says, and pinned for the call.
            fixed (byte* memory = operation)
            {
                var buffer = new xen_dm_op_buf { size = (ulong)operation.Length };
                buffer.h = memory;
                _ = linux.Xen.DeviceModelOp(linux.Caller, domain, &buffer, 1);
            }
        }
    }
}

using System;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Linux;

/// <summary>An eventfd that does not block.</summary>
internal sealed unsafe class EventFile(SimulatedLinux linux) : SimulatedFile(linux, "eventfd")
{
    private const ulong Full = ulong.MaxValue - 1;

    private ulong _count;

    internal override bool IsReadable => _count != 0;

    /// <summary>Takes signals in the process's place; null for nobody.</summary>
    internal Action? Signalled { get; set; }

    internal override HypercallResult Read(void* buffer, nuint count)
    {
        if (count < sizeof(ulong))
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        ulong value;
        lock (Linux.Wakeups)
        {
            if (_count == 0)
                return HypercallResult.Failure(XenAbi.XEN_EAGAIN);
            (value, _count) = (_count, 0);
        }

        return UserMemory.TryWrite(buffer, value)
            ? new HypercallResult(sizeof(ulong))
            : HypercallResult.Failure(XenAbi.XEN_EFAULT);
    }

    internal override HypercallResult Write(void* buffer, nuint count)
    {
        if (count < sizeof(ulong))
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (!UserMemory.TryRead(buffer, out ulong value))
            return HypercallResult.Failure(XenAbi.XEN_EFAULT);
        if (value == ulong.MaxValue)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        return TryAdd(value) ? new HypercallResult(sizeof(ulong)) : HypercallResult.Failure(XenAbi.XEN_EAGAIN);
    }

    /// <summary>Signals it.</summary>
    /// <returns>False if it would have to wait for a reader.</returns>
    internal bool TryAdd(ulong value)
    {
        if (Signalled is { } signalled)
        {
            signalled();
            return true;
        }

        lock (Linux.Wakeups)
        {
            if (value > Full - _count)
                return false;
            _count += value;
            Monitor.PulseAll(Linux.Wakeups);
            return true;
        }
    }

    /// <summary>Takes what was signalled so far.</summary>
    /// <returns>False if nothing was.</returns>
    internal bool TryTake()
    {
        lock (Linux.Wakeups)
        {
            var isSignalled = _count != 0;
            _count = 0;
            return isSignalled;
        }
    }

    internal override void Close() => Linux.InterruptFds.Forget(this);
}

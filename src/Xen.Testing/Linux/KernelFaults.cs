using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Linux;

/// <summary>What goes wrong in a <see cref="SimulatedLinux"/> because a test wants it to. Thread-safe.</summary>
public sealed class KernelFaults
{
    private readonly SimulatedLinux _linux;
    private readonly Lock _gate = new();
    private readonly List<Fault> _faults = [];
    private int _lostEvents;
    private int _count;

    internal KernelFaults(SimulatedLinux linux) => _linux = linux;

    /// <summary>Number of faults that have been asked for and have not happened yet, in full.</summary>
    public int PendingCount => Volatile.Read(ref _count);

    /// <summary>A system call fails, and does nothing.</summary>
    /// <param name="call">Which.</param>
    /// <param name="errno">The positive errno.</param>
    /// <param name="device">Only of this device file; null for any file. poll, munmap and madvise have none.</param>
    /// <param name="request">Only this ioctl; 0 for any.</param>
    /// <param name="skip">How many such calls are left alone before.</param>
    /// <param name="times">How many such calls fail.</param>
    public void Fail(
        KernelCall call, int errno, string? device = null, ulong request = 0, int skip = 0, int times = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(errno);
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(times);
        lock (_gate)
        {
            _faults.Add(new Fault(call, errno, device, request) { Skip = skip, Left = times });
            _count++;
        }

        _linux.Wake();
    }

    /// <summary>Events get lost on their way to the process, as if nobody had sent them.</summary>
    /// <param name="events">How many, from now on.</param>
    public void LoseEvents(int events)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(events);
        Interlocked.Exchange(ref _lostEvents, events);
    }

    /// <summary>Forgets what has not happened yet.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _faults.Clear();
            _count = 0;
            _lostEvents = 0;
        }
    }

    internal bool LosesEvent()
    {
        while (true)
        {
            var left = Volatile.Read(ref _lostEvents);
            if (left == 0)
                return false;
            if (Interlocked.CompareExchange(ref _lostEvents, left - 1, left) == left)
                return true;
        }
    }

    internal bool Strike(KernelCall call, string device, ulong request, out HypercallResult failure)
    {
        failure = default;
        if (Volatile.Read(ref _count) == 0)
            return false;
        lock (_gate)
        {
            foreach (var fault in _faults)
            {
                if (!fault.Concerns(call, device, request) || fault.Skip-- > 0)
                    continue;
                failure = HypercallResult.Failure(fault.Errno);
                if (--fault.Left == 0)
                {
                    _faults.Remove(fault);
                    _count--;
                }

                return true;
            }
        }

        return false;
    }

    private sealed class Fault(KernelCall call, int errno, string? device, ulong request)
    {
        internal int Errno => errno;

        internal int Skip { get; set; }

        internal int Left { get; set; }

        internal bool Concerns(KernelCall other, string path, ulong number) =>
            other == call && (device is null || device == path) && (request == 0 || request == number);
    }
}

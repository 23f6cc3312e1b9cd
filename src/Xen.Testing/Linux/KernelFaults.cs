using System;
using System.Threading;
using Xen.Sys;
using Xen.Testing.Faults;

namespace Xen.Testing.Linux;

/// <summary>What goes wrong in a <see cref="SimulatedLinux"/> because a test wants it to. Thread-safe.</summary>
/// <remarks>
/// Every rule counts all calls that it is about, also those that another one strikes; of several errnos the first that was
/// asked for is answered.
/// </remarks>
public sealed class KernelFaults
{
    private readonly SimulatedLinux _linux;
    private readonly Lock _gate = new();
    private readonly FaultRules<(KernelCall Call, string Device, ulong Request), Rule> _rules = new();
    private FaultCount _lostEvents;

    internal KernelFaults(SimulatedLinux linux) => _linux = linux;

    /// <summary>Number of faults that have been asked for and have not happened yet, in full.</summary>
    public int PendingCount => _rules.Count;

    /// <summary>A system call fails, and does nothing.</summary>
    /// <param name="call">Which.</param>
    /// <param name="errno">The positive errno.</param>
    /// <param name="device">Only of this device file; null for any file. poll, munmap and madvise have none.</param>
    /// <param name="request">Only this ioctl; 0 for any.</param>
    /// <param name="after">So many such calls are left alone before.</param>
    /// <param name="times">So many such calls fail, one after the other.</param>
    /// <exception cref="ArgumentOutOfRangeException">No errno, a negative number before, or no call that fails.</exception>
    public void Fail(
        KernelCall call, int errno, string? device = null, ulong request = 0, int after = 0, int times = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(errno);
        _rules.Add(new Rule(call, errno, device, request), new FaultCount(after, times));
        _linux.Wake();
    }

    /// <summary>Events get lost on their way to the process, as if nobody had sent them.</summary>
    /// <param name="times">So many.</param>
    /// <param name="after">So many arrive before.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative number that arrives, or none that is lost.</exception>
    public void LoseEvents(int times = 1, int after = 0)
    {
        var count = new FaultCount(after, times);
        lock (_gate)
            _lostEvents = count;
    }

    /// <summary>Forgets what has not happened yet.</summary>
    public void Clear()
    {
        _rules.Clear();
        lock (_gate)
            _lostEvents = default;
    }

    internal bool LosesEvent()
    {
        lock (_gate)
            return _lostEvents.Strikes();
    }

    internal bool Strike(KernelCall call, string device, ulong request, out HypercallResult failure)
    {
        var struck = _rules.Meet((call, device, request));
        failure = struck.Count == 0 ? default : HypercallResult.Failure(struck[0].Errno);
        return struck.Count != 0;
    }

    private sealed class Rule(KernelCall call, int errno, string? device, ulong request)
        : IFaultRule<(KernelCall Call, string Device, ulong Request)>
    {
        internal int Errno => errno;

        public bool Concerns((KernelCall Call, string Device, ulong Request) other) =>
            other.Call == call
            && (device is null || device == other.Device)
            && (request == 0 || request == other.Request);
    }
}

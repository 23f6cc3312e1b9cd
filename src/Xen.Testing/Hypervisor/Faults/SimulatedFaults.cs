using System;
using System.Threading;
using Xen.Testing.Faults;

namespace Xen.Testing.Hypervisor;

/// <summary>What goes wrong in a <see cref="SimulatedXen"/>, and when. Thread-safe.</summary>
/// <remarks>
/// Every rule counts all calls that it is about, also those that another one strikes; of several errnos the first that was
/// asked for is answered.
/// <para>
/// A page that goes missing is <see cref="SimulatedDomain.MakeHole"/>, one that is paged out
/// <see cref="SimulatedDomain.PageOut"/>, and the death of a domain <see cref="SimulatedDomain.Destroy"/>: to have them
/// happen in the middle of something, pass them to <see cref="When"/>.
/// </para>
/// </remarks>
public sealed class SimulatedFaults
{
    private readonly Lock _gate = new();
    private readonly FaultRules<(uint Hypercall, uint Operation), Rule> _rules = new();
    private FaultCount _lostSignals;
    private FaultCount _refusedBuffers;

    internal SimulatedFaults()
    {
    }

    /// <summary>Number of rules that have not happened yet, in full.</summary>
    public int PendingCount => _rules.Count;

    /// <summary>A hypercall fails, and does nothing.</summary>
    /// <param name="hypercall">Its number, <c>__HYPERVISOR_*</c>.</param>
    /// <param name="operation">The operation; null for any.</param>
    /// <param name="errno">The positive error number.</param>
    /// <param name="after">So many calls of it succeed before.</param>
    /// <param name="times">So many calls fail, one after the other.</param>
    /// <exception cref="ArgumentOutOfRangeException">No errno, a negative number before, or no call that fails.</exception>
    public void Fail(uint hypercall, uint? operation, int errno, int after = 0, int times = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(errno);
        _rules.Add(new Rule(hypercall, operation, errno, null), new FaultCount(after, times));
    }

    /// <summary>Something happens just before a hypercall, which then goes its way.</summary>
    /// <param name="hypercall">Its number, <c>__HYPERVISOR_*</c>.</param>
    /// <param name="operation">The operation; null for any.</param>
    /// <param name="action">What happens.</param>
    /// <param name="after">So many calls of it come before.</param>
    public void When(uint hypercall, uint? operation, Action action, int after = 0)
    {
        ArgumentNullException.ThrowIfNull(action);
        _rules.Add(new Rule(hypercall, operation, 0, action), new FaultCount(after, times: 1));
    }

    /// <summary>Signals of event channels get lost: those of vCPUs to device models, and those of domains.</summary>
    /// <param name="times">So many.</param>
    /// <param name="after">So many arrive before.</param>
    public void LoseSignals(int times = 1, int after = 0)
    {
        lock (_gate)
            _lostSignals = new FaultCount(after, times);
    }

    /// <summary>There is no memory for the buffers of hypercalls.</summary>
    /// <param name="times">So many are refused.</param>
    /// <param name="after">So many are given before.</param>
    public void RefuseBuffers(int times = 1, int after = 0)
    {
        lock (_gate)
            _refusedBuffers = new FaultCount(after, times);
    }

    /// <summary>Nothing goes wrong any more.</summary>
    public void Clear()
    {
        _rules.Clear();
        lock (_gate)
        {
            _lostSignals = default;
            _refusedBuffers = default;
        }
    }

    /// <summary>A hypercall is made.</summary>
    /// <returns>0, or the positive errno with which it fails.</returns>
    internal int Meet(uint hypercall, uint operation)
    {
        var errno = 0;
        foreach (var rule in _rules.Meet((hypercall, operation)))
        {
            if (rule.Action is { } action)
                action();
            else if (errno == 0)
                errno = rule.Errno;
        }

        return errno;
    }

    internal bool LosesSignal()
    {
        lock (_gate)
            return _lostSignals.Strikes();
    }

    internal bool RefusesBuffer()
    {
        lock (_gate)
            return _refusedBuffers.Strikes();
    }

    private sealed class Rule(uint hypercall, uint? operation, int errno, Action? action)
        : IFaultRule<(uint Hypercall, uint Operation)>
    {
        internal int Errno => errno;

        internal Action? Action => action;

        public bool Concerns((uint Hypercall, uint Operation) call) =>
            call.Hypercall == hypercall && (operation ?? call.Operation) == call.Operation;
    }
}

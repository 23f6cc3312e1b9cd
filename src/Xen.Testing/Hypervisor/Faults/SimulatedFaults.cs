using System;
using System.Collections.Generic;
using System.Threading;

namespace Xen.Testing.Hypervisor;

/// <summary>What goes wrong in a <see cref="SimulatedXen"/>, and when. Thread-safe.</summary>
/// <remarks>
/// A page that goes missing is <see cref="SimulatedDomain.MakeHole"/>, one that is paged out
/// <see cref="SimulatedDomain.PageOut"/>, and the death of a domain <see cref="SimulatedDomain.Destroy"/>: to have them
/// happen in the middle of something, pass them to <see cref="When"/>.
/// </remarks>
public sealed class SimulatedFaults
{
    private readonly Lock _gate = new();
    private readonly List<Rule> _rules = [];
    private Count _lostSignals;
    private Count _refusedBuffers;

    internal SimulatedFaults()
    {
    }

    /// <summary>A hypercall fails, and does nothing.</summary>
    /// <param name="hypercall">Its number, <c>__HYPERVISOR_*</c>.</param>
    /// <param name="operation">The operation; null for any.</param>
    /// <param name="errno">The positive error number.</param>
    /// <param name="after">So many calls of it succeed before.</param>
    /// <param name="times">So many calls fail, one after the other.</param>
    public void Fail(uint hypercall, uint? operation, int errno, int after = 0, int times = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(errno);
        Add(new Rule(hypercall, operation, errno, null, new Count(after, times)));
    }

    /// <summary>Something happens just before a hypercall, which then goes its way.</summary>
    /// <param name="hypercall">Its number, <c>__HYPERVISOR_*</c>.</param>
    /// <param name="operation">The operation; null for any.</param>
    /// <param name="action">What happens.</param>
    /// <param name="after">So many calls of it come before.</param>
    public void When(uint hypercall, uint? operation, Action action, int after = 0)
    {
        ArgumentNullException.ThrowIfNull(action);
        Add(new Rule(hypercall, operation, 0, action, new Count(after, 1)));
    }

    /// <summary>Signals of event channels get lost: those of vCPUs to device models, and those of domains.</summary>
    /// <param name="times">So many.</param>
    /// <param name="after">So many arrive before.</param>
    public void LoseSignals(int times = 1, int after = 0)
    {
        lock (_gate)
            _lostSignals = new Count(after, times);
    }

    /// <summary>There is no memory for the buffers of hypercalls.</summary>
    /// <param name="times">So many are refused.</param>
    /// <param name="after">So many are given before.</param>
    public void RefuseBuffers(int times = 1, int after = 0)
    {
        lock (_gate)
            _refusedBuffers = new Count(after, times);
    }

    /// <summary>Nothing goes wrong any more.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _rules.Clear();
            _lostSignals = default;
            _refusedBuffers = default;
        }
    }

    /// <summary>A hypercall is made.</summary>
    /// <returns>0, or the positive errno with which it fails.</returns>
    internal int Meet(uint hypercall, uint operation)
    {
        List<Action>? actions = null;
        var errno = 0;
        lock (_gate)
        {
            foreach (var rule in _rules)
            {
                if (rule.Hypercall != hypercall || (rule.Operation ?? operation) != operation || !rule.Count.Strikes())
                    continue;
                if (rule.Action is { } action)
                    (actions ??= []).Add(action);
                else if (errno == 0)
                    errno = rule.Errno;
            }
        }

        actions?.ForEach(static action => action());
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

    private void Add(Rule rule)
    {
        lock (_gate)
            _rules.Add(rule);
    }

    private struct Count(int before, int times)
    {
        private int _before = before;
        private int _times = times;

        internal bool Strikes()
        {
            if (_before-- > 0)
                return false;
            _before = 0;
            return _times > 0 && _times-- > 0;
        }
    }

    private sealed class Rule(uint hypercall, uint? operation, int errno, Action? action, Count count)
    {
        internal Count Count = count;

        internal uint Hypercall => hypercall;

        internal uint? Operation => operation;

        internal int Errno => errno;

        internal Action? Action => action;
    }
}

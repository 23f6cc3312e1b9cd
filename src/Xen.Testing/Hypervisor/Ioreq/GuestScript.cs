using System;
using System.Collections.Generic;
using Xen.Testing.Scheduling;

namespace Xen.Testing.Hypervisor;

/// <summary>What a vCPU does, in steps that a scheduler can put among those of others.</summary>
/// <remarks>
/// A request takes several steps: it is put into the slot; the device model is told; the vCPU looks for the answer, and
/// is blocked until it is notified. A test that has no scheduler calls <see cref="RunStep"/> while it is runnable.
/// </remarks>
public sealed class GuestScript : ILogicalTask
{
    private readonly SimulatedVcpu _vcpu;
    private readonly IEnumerator<VcpuAccess> _accesses;
    private readonly List<ulong> _results = [];
    private IEnumerator<VcpuStep>? _run;
    private bool _isBlocked;
    private bool _isDone;

    /// <summary>A script of fixed accesses.</summary>
    /// <param name="vcpu">The vCPU, which does nothing else meanwhile.</param>
    /// <param name="accesses">What it does, one after the other.</param>
    public GuestScript(SimulatedVcpu vcpu, params IEnumerable<VcpuAccess> accesses)
        : this(vcpu, _ => accesses)
    {
    }

    /// <summary>A script whose accesses may depend on what was read before.</summary>
    /// <param name="vcpu">The vCPU, which does nothing else meanwhile.</param>
    /// <param name="accesses">Given the results so far, says what it does; asked for the next when one has ended.</param>
    public GuestScript(SimulatedVcpu vcpu, Func<IReadOnlyList<ulong>, IEnumerable<VcpuAccess>> accesses)
    {
        ArgumentNullException.ThrowIfNull(vcpu);
        ArgumentNullException.ThrowIfNull(accesses);
        _vcpu = vcpu;
        _accesses = accesses(_results).GetEnumerator();
    }

    /// <inheritdoc/>
    public string Name => $"vcpu{_vcpu.Number}";

    /// <inheritdoc/>
    public bool IsServant => false;

    /// <summary>What each access that has ended gave; of a write, nothing that means anything.</summary>
    public IReadOnlyList<ulong> Results => _results;

    /// <inheritdoc/>
    public LogicalTaskState State
    {
        get
        {
            if (_isDone)
                return LogicalTaskState.Done;
            return _isBlocked && !_vcpu.IsWoken ? LogicalTaskState.Blocked : LogicalTaskState.Runnable;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IoreqProtocolException">The device model broke the protocol.</exception>
    public void RunStep()
    {
        if (_results.Count == 0 && _run is null && !TryTakeNext())
            return;
        _run ??= _vcpu.Start(_accesses.Current);
        var isUnderWay = _run.MoveNext();
        _isBlocked = isUnderWay && _run.Current == VcpuStep.Blocked;
        if (isUnderWay)
            return;
        _run.Dispose();
        _run = null;
        _results.Add(_vcpu.Result);
        TryTakeNext();
    }

    /// <summary>Runs steps until it ends or is blocked.</summary>
    /// <returns>True if it has ended.</returns>
    public bool RunUntilBlocked()
    {
        while (State == LogicalTaskState.Runnable)
            RunStep();
        return State == LogicalTaskState.Done;
    }

    private bool TryTakeNext()
    {
        _isDone = !_accesses.MoveNext();
        return !_isDone;
    }
}

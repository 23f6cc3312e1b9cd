using System;
using System.Collections.Generic;

namespace Xen.Testing.Scheduling;

/// <summary>A task made of a delegate or an iterator.</summary>
public sealed class LogicalTask : ILogicalTask
{
    private readonly Func<bool> _step;
    private readonly Func<bool>? _canRun;
    private bool _isDone;

    /// <summary>A task that runs a delegate for each step.</summary>
    /// <param name="name">What to call it in a report.</param>
    /// <param name="step">Runs a step, and returns whether there is more.</param>
    /// <param name="canRun">Whether a step can run now; null for always. It must change nothing.</param>
    /// <param name="isServant">A run may end before this task has.</param>
    public LogicalTask(string name, Func<bool> step, Func<bool>? canRun = null, bool isServant = false)
    {
        ArgumentNullException.ThrowIfNull(step);
        Name = name;
        _step = step;
        _canRun = canRun;
        IsServant = isServant;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool IsServant { get; }

    /// <inheritdoc/>
    public LogicalTaskState State
    {
        get
        {
            if (_isDone)
                return LogicalTaskState.Done;
            return _canRun?.Invoke() ?? true ? LogicalTaskState.Runnable : LogicalTaskState.Blocked;
        }
    }

    /// <summary>A task whose steps are what an iterator does between two <c>yield return</c>s.</summary>
    /// <param name="name">What to call it in a report.</param>
    /// <param name="steps">
    /// Yields null after a step that can be followed by the next at once, or a condition for the next to run.
    /// </param>
    /// <param name="isServant">A run may end before this task has.</param>
    public static LogicalTask Of(string name, IEnumerable<Func<bool>?> steps, bool isServant = false)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var run = steps.GetEnumerator();
        Func<bool>? condition = null;
        return new LogicalTask(
            name,
            () =>
            {
                var isMore = run.MoveNext();
                condition = isMore ? run.Current : null;
                return isMore;
            },
            () => condition?.Invoke() ?? true,
            isServant);
    }

    /// <inheritdoc/>
    public void RunStep() => _isDone = !_step();
}

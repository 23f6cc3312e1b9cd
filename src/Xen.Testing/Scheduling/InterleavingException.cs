using System;
using System.Collections.Generic;

namespace Xen.Testing.Scheduling;

/// <summary>Some order of steps makes tasks fail.</summary>
/// <param name="reason">How they fail.</param>
/// <param name="schedule">The order: a run with it fails in the same way.</param>
/// <param name="steps">The names of the tasks, in the order in which they ran steps.</param>
/// <param name="inner">What a step threw, if that is the failure.</param>
public sealed class InterleavingException(
    string reason, Schedule schedule, IReadOnlyList<string> steps, Exception? inner)
    : Exception($"{reason}\nschedule: {schedule}\nsteps: {string.Join(' ', steps)}", inner)
{
    /// <summary>The order: a run with it fails in the same way.</summary>
    public Schedule Schedule { get; } = schedule;

    /// <summary>The names of the tasks, in the order in which they ran steps.</summary>
    public IReadOnlyList<string> Steps { get; } = steps;
}

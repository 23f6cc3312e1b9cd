using System;
using System.Collections.Generic;
using System.Linq;

namespace Xen.Testing.Scheduling;

/// <summary>Runs tasks one step at a time, in the order of a schedule.</summary>
public sealed class Interleaving
{
    private readonly IReadOnlyList<ILogicalTask> _tasks;
    private readonly Schedule _schedule;
    private readonly List<(int Choice, int Alternatives, bool CouldGoOn)> _choices = [];
    private readonly List<string> _steps = [];
    private ulong _random;
    private ILogicalTask? _last;

    private Interleaving(IReadOnlyList<ILogicalTask> tasks, Schedule schedule)
    {
        _tasks = tasks;
        _schedule = schedule;
        _random = schedule.Seed ?? 0;
    }

    /// <summary>The names of the tasks, in the order in which they ran steps.</summary>
    public IReadOnlyList<string> Steps => _steps;

    /// <summary>What was chosen: as a schedule, it gives this run again, whatever the schedule was.</summary>
    public Schedule Taken => Schedule.FromChoices(_choices.Select(choice => choice.Choice));

    /// <summary>Where there was a choice: what was chosen, of how many, and whether the last task could have gone on.</summary>
    internal IReadOnlyList<(int Choice, int Alternatives, bool CouldGoOn)> Choices => _choices;

    /// <summary>Runs tasks until all but servants have ended.</summary>
    /// <param name="tasks">Fresh tasks.</param>
    /// <param name="schedule">The order.</param>
    /// <param name="maximumSteps">More steps than this are a failure: something goes round in circles.</param>
    /// <returns>What happened.</returns>
    /// <exception cref="InterleavingException">
    /// A step failed; or nobody can run, though not all have ended; or there were too many steps.
    /// </exception>
    public static Interleaving Run(IReadOnlyList<ILogicalTask> tasks, Schedule schedule, int maximumSteps = 10_000)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(schedule);
        var run = new Interleaving(tasks, schedule);
        while (tasks.Any(task => !task.IsServant && task.State != LogicalTaskState.Done))
        {
            if (run._steps.Count == maximumSteps)
                throw run.Fail($"there is no end after {maximumSteps} steps", null);
            run.Step();
        }

        return run;
    }

    /// <summary>A failure of this run, which says how to repeat it.</summary>
    internal InterleavingException Fail(string reason, Exception? inner) => new(reason, Taken, _steps, inner);

    private void Step()
    {
        var runnable = _tasks.Where(task => task.State == LogicalTaskState.Runnable).ToList();
        if (runnable.Count == 0)
        {
            var waiting = _tasks.Where(task => task.State == LogicalTaskState.Blocked).Select(task => task.Name);
            throw Fail($"nobody can run, and these wait: {string.Join(", ", waiting)}", null);
        }

        var couldGoOn = _last is not null && runnable.Remove(_last);
        if (couldGoOn)
            runnable.Insert(0, _last!);
        _last = runnable[runnable.Count == 1 ? 0 : Choose(runnable.Count, couldGoOn)];
        _steps.Add(_last.Name);
        try
        {
            _last.RunStep();
        }
        catch (Exception failure)
        {
            throw Fail($"{_last.Name}: {failure.Message}", failure);
        }
    }

    private int Choose(int alternatives, bool couldGoOn)
    {
        int choice;
        if (_schedule.Seed is not null)
            choice = (int)(Next() % (uint)alternatives);
        else if (_choices.Count < _schedule.Choices.Count)
            choice = Math.Min(_schedule.Choices[_choices.Count], alternatives - 1);
        else
            choice = 0;
        _choices.Add((choice, alternatives, couldGoOn));
        return choice;
    }

    // SplitMix64: its numbers depend on nothing but the seed.
    private ulong Next()
    {
        _random += 0x9e3779b97f4a7c15;
        var mixed = _random;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }
}

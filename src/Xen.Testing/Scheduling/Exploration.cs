using System;
using System.Linq;

namespace Xen.Testing.Scheduling;

/// <summary>Runs a scenario in many orders, to find one in which it fails.</summary>
public sealed class Exploration
{
    /// <summary>The most runs of <see cref="All"/>.</summary>
    public int MaximumRuns { get; init; } = 100_000;

    /// <summary>The most steps of a run.</summary>
    public int MaximumSteps { get; init; } = 10_000;

    /// <summary>
    /// How often, in a run of <see cref="All"/>, a task is kept from going on though it could. Most faults of order show
    /// with one or two; null for all orders there are.
    /// </summary>
    public int? MaximumPreemptions { get; init; } = 2;

    /// <summary>Runs a scenario once per seed.</summary>
    /// <param name="setUp">Makes the scenario afresh; it must be the same each time.</param>
    /// <param name="firstSeed">The first seed; the others follow it.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="InterleavingException">It fails in an order, which the exception names.</exception>
    public void Seeds(Func<Scenario> setUp, ulong firstSeed, int count)
    {
        for (var i = 0u; i < count; i++)
            Run(setUp, Schedule.FromSeed(firstSeed + i));
    }

    /// <summary>Runs a scenario in all orders, within the limits.</summary>
    /// <param name="setUp">Makes the scenario afresh; it must be the same each time.</param>
    /// <returns>How many runs there were, and whether that is all of them.</returns>
    /// <exception cref="InterleavingException">It fails in an order, which the exception names.</exception>
    public (int Runs, bool IsComplete) All(Func<Scenario> setUp)
    {
        var schedule = Schedule.FromChoices([]);
        for (var runs = 1; runs <= MaximumRuns; runs++)
        {
            var run = Run(setUp, schedule);
            if (Following(run) is not { } next)
                return (runs, true);
            schedule = next;
        }

        return (MaximumRuns, false);
    }

    /// <summary>Runs a scenario in one order: that of a failure, for instance.</summary>
    /// <param name="setUp">Makes the scenario afresh.</param>
    /// <param name="schedule">The order.</param>
    /// <returns>What happened.</returns>
    /// <exception cref="InterleavingException">It fails in this order.</exception>
    public Interleaving Run(Func<Scenario> setUp, Schedule schedule)
    {
        ArgumentNullException.ThrowIfNull(setUp);
        var scenario = setUp();
        var run = Interleaving.Run(scenario.Tasks, schedule, MaximumSteps);
        try
        {
            scenario.Check?.Invoke();
        }
        catch (Exception failure)
        {
            throw run.Fail($"at the end: {failure.Message}", failure);
        }

        return run;
    }

    // Depth first: the last choice that has an alternative left is changed, and what came after it is forgotten.
    private Schedule? Following(Interleaving run)
    {
        var choices = run.Choices;
        for (var i = choices.Count - 1; i >= 0; i--)
        {
            var (choice, alternatives, couldGoOn) = choices[i];
            var preemptions = choices.Take(i).Count(before => before.CouldGoOn && before.Choice != 0);
            if (choice + 1 < alternatives && (!couldGoOn || MaximumPreemptions is null || preemptions < MaximumPreemptions))
                return Schedule.FromChoices(choices.Take(i).Select(before => before.Choice).Append(choice + 1));
        }

        return null;
    }
}

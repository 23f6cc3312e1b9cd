using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Xen.Testing.Scheduling;

/// <summary>In which order tasks run: drawn from a seed, or chosen one by one. The same schedule gives the same run.</summary>
public sealed class Schedule
{
    private const string SeedPrefix = "seed:";
    private const string ChoicesPrefix = "choices:";

    private Schedule(ulong? seed, IReadOnlyList<int> choices)
    {
        Seed = seed;
        Choices = choices;
    }

    /// <summary>The seed, of one that is drawn.</summary>
    public ulong? Seed { get; }

    /// <summary>
    /// Which of the tasks that could run did, wherever there was a choice. 0 is the task that ran last, if it can go on;
    /// the others follow in their order. After the end it is 0.
    /// </summary>
    public IReadOnlyList<int> Choices { get; }

    /// <summary>A schedule that is drawn.</summary>
    /// <param name="seed">Any number.</param>
    public static Schedule FromSeed(ulong seed) => new(seed, []);

    /// <summary>A schedule that is chosen.</summary>
    /// <param name="choices">As in <see cref="Choices"/>.</param>
    public static Schedule FromChoices(IEnumerable<int> choices) => new(null, [.. choices]);

    /// <summary>Reads what <see cref="ToString"/> wrote, as a report of a failure has it.</summary>
    /// <param name="text"><c>seed:17</c> or <c>choices:0.2.1</c>.</param>
    /// <exception cref="FormatException">It is neither.</exception>
    public static Schedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith(SeedPrefix, StringComparison.Ordinal))
            return FromSeed(ulong.Parse(text.AsSpan(SeedPrefix.Length), CultureInfo.InvariantCulture));
        if (!text.StartsWith(ChoicesPrefix, StringComparison.Ordinal))
            throw new FormatException($"not a schedule: {text}");
        return FromChoices(text[ChoicesPrefix.Length..]
            .Split('.', StringSplitOptions.RemoveEmptyEntries)
            .Select(choice => int.Parse(choice, CultureInfo.InvariantCulture)));
    }

    /// <inheritdoc/>
    public override string ToString() => Seed is { } seed
        ? SeedPrefix + seed.ToString(CultureInfo.InvariantCulture)
        : ChoicesPrefix + string.Join('.', Choices);
}

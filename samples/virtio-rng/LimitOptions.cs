using System.Collections.Generic;
using System.CommandLine;
using VirtioHosting;

namespace VirtioRng;

/// <summary>The two options of a limit.</summary>
internal sealed class LimitOptions
{
    private readonly Option<int?> _rate;
    private readonly Option<int?> _burst;

    internal LimitOptions(string rateName, string burstName, string when)
    {
        _rate = new Option<int?>(rateName)
        {
            Description = $"How many bytes a second a guest may take in the long run, {when}; 0: no limit.",
            HelpName = "BYTES-PER-SECOND",
        };
        _burst = new Option<int?>(burstName)
        {
            Description = $"How many bytes at once after a pause; without it, as many as {rateName} says.",
            HelpName = "BYTES",
        };
        _rate.CustomParser = argument =>
        {
            if (RngLimit.TryReadRate(argument.Tokens[0].Value, out var rate, out var complaint))
                return rate;
            argument.AddError($"{rateName}: {complaint}");
            return null;
        };
        _burst.CustomParser = argument =>
        {
            if (RngLimit.TryReadBurst(argument.Tokens[0].Value, out var burst, out var complaint))
                return burst;
            argument.AddError($"{burstName}: {complaint}");
            return null;
        };
    }

    internal string RateName => _rate.Name;

    internal IReadOnlyList<Option> All => [_rate, _burst];

    /// <summary>Takes the limit from a command line.</summary>
    /// <returns>Null if it says nothing.</returns>
    /// <exception cref="UsageException">There is a burst without a limit.</exception>
    internal RngLimit? Read(ParseResult line)
    {
        var burst = line.GetValue(_burst);
        if (line.GetValue(_rate) is { } rate)
        {
            return rate != 0 || burst is null
                ? new RngLimit(rate, burst)
                : throw new UsageException(
                    $"{_burst.Name} is of a limit, and {_rate.Name} 0 is none: leave one of them away");
        }

        return burst is null
            ? null
            : throw new UsageException($"{_burst.Name} is of a limit: say {_rate.Name} too, like {_rate.Name} 4096");
    }
}

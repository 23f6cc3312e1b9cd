using System;
using System.Globalization;
using System.Threading;

namespace Xen.Store.Cli.Compatible;

/// <summary>Values of options that this tool adds; unlike those of Xen's options, they must be right.</summary>
internal static class OptionValue
{
    /// <summary>A whole number that is not negative.</summary>
    /// <exception cref="StoreFailureException">It is no such number.</exception>
    public static int Number(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new StoreFailureException(ExitCode.Usage, $"--{name} wants a number, not '{text}'");

    /// <summary>A time in seconds, which may be broken; without end if there is no text.</summary>
    /// <exception cref="StoreFailureException">It is no such time.</exception>
    public static TimeSpan Seconds(string name, string? text)
    {
        const double Longest = 1e6;
        if (text is null)
            return Timeout.InfiniteTimeSpan;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= Longest
            ? TimeSpan.FromSeconds(seconds)
            : throw new StoreFailureException(ExitCode.Usage, $"--{name} wants seconds, not '{text}'");
    }
}

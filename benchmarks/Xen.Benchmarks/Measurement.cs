using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;

namespace Xen.Benchmarks;

/// <summary>What takes how long, and compared with what.</summary>
/// <remarks>
/// Subjects and peer take turns, so that what else the machine does falls on all of them; the first turn warms up and
/// does not count. Medians are compared.
/// </remarks>
/// <param name="runs">Turns that count.</param>
internal sealed class Measurement(int runs)
{
    /// <summary>Runs and prints.</summary>
    /// <param name="title">What is measured.</param>
    /// <param name="peer">What the others are compared with.</param>
    /// <param name="subjects">Names and actions. An action says how long its part took, so that it can prepare first.</param>
    internal void Compare(
        string title, (string Name, Func<TimeSpan> Run) peer, params (string Name, Func<TimeSpan> Run)[] subjects)
    {
        (string Name, Func<TimeSpan> Run)[] all = [peer, .. subjects];
        var times = all.Select(_ => new List<double>()).ToArray();
        for (var turn = 0; turn <= runs; turn++)
        {
            for (var i = 0; i < all.Length; i++)
            {
                var time = all[i].Run().TotalMilliseconds;
                if (turn != 0)
                    times[i].Add(time);
            }
        }

        var peerTime = Median(times[0]);
        Console.WriteLine($"\n{title}\n{"",-62}{"median",10}{"least",10}{"most",10}{"ratio",8}");
        for (var i = 0; i < all.Length; i++)
        {
            var (median, least, most) = (Median(times[i]), times[i].Min(), times[i].Max());
            Console.WriteLine(
                $"  {all[i].Name,-60}{median,7:F1} ms{least,7:F1} ms{most,7:F1} ms{median / peerTime,8:F3}");
        }
    }

    /// <summary>Times one action.</summary>
    internal static TimeSpan Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start);
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

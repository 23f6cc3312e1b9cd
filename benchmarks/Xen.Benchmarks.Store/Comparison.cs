using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Xen.Benchmarks.Store;

/// <summary>Has contestants take turns, and prints medians and verdicts.</summary>
/// <param name="turns">Turns that count.</param>
internal sealed class Comparison(int turns)
{
    private const int WarmUps = 4;

    // The JIT compiles what runs often for a second time, in the background, once nothing new has come for 100 ms.
    private static readonly TimeSpan TimeForTheJit = TimeSpan.FromMilliseconds(300);

    /// <summary>True once an operation allocated that must not.</summary>
    internal bool HasAllocated { get; private set; }

    internal static void PrintHead(int turns) => Console.WriteLine(
        $"{turns} turns each; microseconds for one operation; ratio: how many times as fast as the peer C# is, by operations "
        + $"per second.\n\n{"",-30}{"C#",9}{"bytes/op",10}  {"peer",-34}{"peer",9}{"ratio: medians",16}{"least",7}"
        + $"{"target",8}");

    internal void Run(Contest contest)
    {
        Contestant[] all = [contest.Ours, .. contest.Rivals.Select(static rival => rival.Contestant)];
        foreach (var contestant in all)
            WarmUp(contestant);
        var samples = Array.ConvertAll(all, static _ => new List<Sample>());
        for (var turn = 0; turn < turns; turn++)
        {
            // Who begins changes, too.
            for (var i = 0; i < all.Length; i++)
            {
                var next = (turn + i) % all.Length;
                samples[next].Add(all[next].Take());
            }
        }

        var allocated = samples[0].Max(static sample => sample.Allocated);
        HasAllocated |= !contest.MayAllocate && allocated > 0;
        for (var i = 0; i < contest.Rivals.Count; i++)
            Print(contest, contest.Rivals[i], samples[0], samples[i + 1]);
    }

    private static void WarmUp(Contestant contestant)
    {
        for (var i = 0; i < WarmUps; i++)
        {
            contestant.WarmUp();
            Thread.Sleep(TimeForTheJit);
        }
    }

    private static void Print(Contest contest, Rival rival, List<Sample> ours, List<Sample> theirs)
    {
        var ratio = Median(theirs, Time) / Median(ours, Time);
        var verdict = rival.Target is { } target ? $"{target,8:F1} {(ratio >= target ? "met" : "MISSED")}" : "";
        Console.WriteLine(
            $"{contest.Name,-30}{Median(ours, Time),9:F2}{Median(ours, Bytes),10:F0}  {rival.Contestant.Name,-34}"
            + $"{Median(theirs, Time),9:F2}{ratio,16:F2}{theirs.Min(Time) / ours.Min(Time),7:F2}{verdict}");
    }

    private static double Time(Sample sample) => sample.Microseconds;

    private static double Bytes(Sample sample) => sample.Allocated;

    private static double Median(List<Sample> samples, Func<Sample, double> of)
    {
        double[] sorted = [.. samples.Select(of).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

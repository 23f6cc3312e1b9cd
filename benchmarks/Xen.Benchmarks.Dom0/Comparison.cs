using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Xen.Benchmarks.Dom0;

/// <summary>Runs an operation in turns with the peer and prints medians.</summary>
/// <param name="turns">Turns that count.</param>
internal sealed class Comparison(int turns)
{
    private const int WarmUps = 6;

    // The JIT compiles what runs often for a second time, in the background, once nothing new has come for 100 ms.
    private static readonly TimeSpan TimeForTheJit = TimeSpan.FromSeconds(2);

    /// <summary>True once an operation allocated that must not.</summary>
    internal bool HasAllocated { get; private set; }

    internal static void PrintHead(int turns) => Console.WriteLine(
        $"{turns} turns; microseconds for one operation. What else the machine does makes turns longer: where the two "
        + $"ratios differ much, it was busy.\n\n{"",-34}{"C#: median",12}{"least",10}{"C: median",12}{"least",10}"
        + $"{"ratio: medians",16}{"least",8}{"bytes/op",10}");

    /// <summary>Has all that is measured compiled as it will be after a while.</summary>
    internal static void WarmUp(IReadOnlyCollection<Operation> operations)
    {
        for (var turn = 0; turn < WarmUps; turn++)
        {
            foreach (var operation in operations)
                operation.Ours(operation.Repetitions);
            Thread.Sleep(TimeForTheJit);
        }
    }

    internal void Run(Operation operation)
    {
        var ours = new List<double>();
        var theirs = new List<double>();
        var allocated = 0L;
        for (var turn = 0; turn < turns; turn++)
        {
            // Who begins alternates, too.
            var oursIsFirst = turn % 2 == 0;
            var peer = oursIsFirst ? 0 : operation.Theirs(operation.Repetitions);
            var own = operation.Ours(operation.Repetitions);
            if (oursIsFirst)
                peer = operation.Theirs(operation.Repetitions);
            ours.Add(own.Time.TotalMicroseconds / operation.Repetitions);
            theirs.Add(peer / 1000.0 / operation.Repetitions);
            allocated = Math.Max(allocated, own.Allocated);
        }

        Console.WriteLine(
            $"{operation.Name,-34}{Median(ours),12:F2}{ours.Min(),10:F2}{Median(theirs),12:F2}{theirs.Min(),10:F2}"
            + $"{Median(ours) / Median(theirs),16:F3}{ours.Min() / theirs.Min(),8:F3}"
            + $"{(double)allocated / operation.Repetitions,10:F2}");
        HasAllocated |= !operation.MayAllocate && allocated != 0;
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

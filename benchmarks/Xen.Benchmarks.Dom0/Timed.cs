using System;
using System.Diagnostics;

namespace Xen.Benchmarks.Dom0;

/// <summary>Times a loop on one thread.</summary>
internal static class Timed
{
    internal static Turn Run(int repetitions, Action action)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < repetitions; i++)
            action();
        return new Turn(Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - allocated);
    }
}

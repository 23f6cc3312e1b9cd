using System;

namespace TestSupport;

/// <summary>
/// What an action allocates by itself: it does so each time, unlike the runtime that warms up beside it. Compiled into
/// every test project.
/// </summary>
internal static class Allocation
{
    internal static long Least(Action action)
    {
        const int Times = 6;
        var least = long.MaxValue;
        for (var time = 0; time < Times; time++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
